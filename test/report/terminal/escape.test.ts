import { describe, expect, it } from 'vitest';
import { decodeBytes } from '../../../src/core/bytes.ts';
import { visible, visibleLines } from '../../../src/report/terminal/escape.ts';

describe('visible', () => {
  it.each([
    ['plain text, größer, 画像', 'plain text, größer, 画像'],
    ['\x1b[31mred\x1b[0m', '\\x1b[31mred\\x1b[0m'],
    ['\x1b]0;title\x07', '\\x1b]0;title\\x07'],
    ['a\rb\nc\td\0', 'a\\rb\\nc\\td\\x00'],
    ['\x7f\x9b31m', '\\x7f\\x9b31m'],
    ['safe\u202etxt.exe\u200b\u2028', 'safe\\u202etxt.exe\\u200b\\u2028'],
    ['\u{e0041}', '\\u{e0041}'],
    ['\ud800', '\\ud800'],
  ])('%j', (text, expected) => expect(visible(text)).toBe(expected));

  it('shows bytes that are not UTF-8', () => {
    expect(visible(decodeBytes(Buffer.from([0x61, 0xff, 0xfe, 0x62])))).toBe('a\\xff\\xfeb');
  });

  it('leaves nothing that a terminal obeys', () => {
    const all = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code)).join('');
    expect(visible(all)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
  });
});

describe('visibleLines', () => {
  it('splits lines and expands tabs', () => {
    expect(visibleLines('a\tb\r\n\x1b[2J\n')).toEqual(['a       b', '\\x1b[2J']);
  });
});
