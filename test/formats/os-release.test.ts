import { describe, expect, test } from 'vitest';
import { parseOsRelease } from '../../src/formats/os-release.ts';

describe('os-release', () => {
  test('values with and without quotes', () => {
    const text = `# a comment
NAME="Debian GNU/Linux"
ID=debian
PRETTY_NAME='single'
ODD="a \\"b\\" \\$c \\\\ \\d"
EMPTY=
EQUALS=a=b

not an assignment
`;
    expect([...parseOsRelease(text)]).toEqual([
      ['NAME', 'Debian GNU/Linux'],
      ['ID', 'debian'],
      ['PRETTY_NAME', 'single'],
      ['ODD', 'a "b" $c \\ \\d'],
      ['EMPTY', ''],
      ['EQUALS', 'a=b'],
    ]);
  });
});
