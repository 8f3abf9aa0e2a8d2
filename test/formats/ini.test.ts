import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withIniOption } from '../../src/formats/ini.ts';
import { text } from './text.ts';

describe('INI options', () => {
  const wanted = { section: 's', option: 'o', value: '3' };
  const set = (before: string, value = '3') => withIniOption(before, { ...wanted, value });

  test.each([
    ['', '[s]\no = 3\n'],
    ['[s]\n', '[s]\no = 3\n'],
    ['[s]', '[s]\no = 3\n'],
    ['[s]\r\no: 1\r\n', '[s]\r\no = 3\r\n'],
    ['[s]\no=1', '[s]\no = 3'],
    ['[s]\no=1\n continued\n\tagain\nx=1\n', '[s]\no = 3\nx=1\n'],
    ['[s]\n# o is an option: say 1\n;o = 1\n', '[s]\n# o is an option: say 1\no = 3\n'],
    ['[s]\n#o = 1\n[t]\no = 1\n[s]\no = 2\n', '[s]\n#o = 1\n[t]\no = 1\n[s]\no = 3\n'],
    ['[s]\na = 1\n\n[t]\n', '[s]\na = 1\no = 3\n\n[t]\n'],
    ['[s]\noo = 1\n[ss]\no = 1\n', '[s]\noo = 1\no = 3\n[ss]\no = 1\n'],
    ['[DEFAULT]\ns = [s]\no = 1\n', '[DEFAULT]\ns = [s]\no = 1\n[s]\no = 3\n'],
  ])('%j becomes %j', (before, after) => {
    expect(set(before)).toBe(after);
    expect(set(after)).toBe(after);
  });

  test('a value that is there in another spelling is left alone', () => {
    for (const same of ['[s]\no=3\n', '[s]\no :  3  \n', '[s]\no=1\no\t=\t3\n']) expect(set(same)).toBe(same);
    expect(set('[s]\no =\n', '')).toBe('[s]\no =\n');
  });

  test('a comment stays one where the line below would become part of the value', () => {
    expect(set('[s]\n#o = 2\n more\n')).toBe('[s]\n#o = 2\n more\no = 3\n');
  });

  test('twice is once, and other sections stay', () => {
    fc.assert(
      fc.property(text, (before) => {
        const after = set(before);
        expect(set(after)).toBe(after);
        const lines = (each: string) => each.replaceAll('\r', '').split('\n');
        const others = (each: string) => lines(each).filter((line) => !/^[#;]?o\b|^\[s\]|^ |^$/.test(line));
        expect(others(after)).toEqual(others(before));
      }),
    );
  });
});
