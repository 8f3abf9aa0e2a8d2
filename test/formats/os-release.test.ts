import { describe, expect, test } from 'vitest';
import { distributionFamily, parseOsRelease } from '../../src/formats/os-release.ts';

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

  test.each([
    ['ID=debian', 'debian'],
    ['ID=ubuntu\nID_LIKE=debian', 'debian'],
    ['ID=linuxmint\nID_LIKE="ubuntu debian"', 'debian'],
    ['ID="rocky"\nID_LIKE="rhel centos fedora"', 'redhat'],
    ['ID="ol"\nID_LIKE="fedora"', 'redhat'],
    ['ID=alpine', 'other'],
    ['', 'other'],
  ])('%j is %s', (text, family) => expect(distributionFamily(parseOsRelease(text))).toBe(family));
});
