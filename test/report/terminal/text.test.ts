import { describe, expect, it } from 'vitest';
import { duration, pad, spread, textWidth, truncate, wrap } from '../../../src/report/terminal/text.ts';

describe('text', () => {
  it.each([
    ['abc', 3],
    ['größe', 5],
    ['画像', 4],
    ['e\u0301', 1],
    ['✔ ok', 4],
  ])('width of %s', (text, width) => expect(textWidth(text)).toBe(width));

  it('pads, cuts and spreads by columns', () => {
    expect(pad('画', 4)).toBe('画  ');
    expect(truncate('画像フォルダ', 7)).toBe('画像フ…');
    expect(truncate('short', 5)).toBe('short');
    expect(truncate('abc', 0)).toBe('');
    expect(spread('left', 'right', 12)).toBe('left   right');
    expect(spread('much too long', 'right', 12)).toBe('much too long  right');
  });

  it('wraps at blanks and after commas, and never cuts a word', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('a[1:2],b[1:2],c', 8)).toEqual(['a[1:2],', 'b[1:2],c']);
    expect(wrap('/a/very/long/path x', 5)).toEqual(['/a/very/long/path', 'x']);
    expect(wrap('', 5)).toEqual(['']);
  });

  it.each([
    [0, '0.0 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [59.7, '1:00'],
    [134.2, '2:14'],
    [3734, '1:02:14'],
  ])('duration of %d', (seconds, text) => expect(duration(seconds)).toBe(text));
});
