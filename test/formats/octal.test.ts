import { describe, expect, test } from 'vitest';
import { decodeOctal, encodeOctal } from '../../src/formats/octal.ts';

describe('octal escapes', () => {
  test.each([
    ['a\\040b\\011\\012\\134\\043', 'a b\t\n\\#'],
    ['plain', 'plain'],
    ['\\303\\274', 'ü'],
    ['\\377x', '\udcffx'],
    ['ü\\040\udcff', 'ü \udcff'],
    ['\\8 \\04 \\400', '\\8 \\04 \\400'],
    ['\\134040', '\\040'],
  ])('%j means %j', (escaped, text) => expect(decodeOctal(escaped)).toBe(text));

  test.each(['a b\t\n\\', '/ü/\udcff', '\\040'])('%j comes back', (text) => {
    expect(decodeOctal(encodeOctal(text))).toBe(text);
    expect(encodeOctal(text)).not.toMatch(/[ \t\n]/);
  });
});
