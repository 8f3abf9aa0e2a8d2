import { describe, expect, it } from 'vitest';
import { createStyle } from '../../../src/report/terminal/style.ts';
import type { StyleOptions } from '../../../src/report/terminal/style.ts';

const auto: StyleOptions = { color: 'auto', streamHasColors: true, unicode: true };

describe('createStyle', () => {
  it.each<[string, StyleOptions, boolean]>([
    ['a stream with colours', auto, true],
    ['a stream without', { ...auto, streamHasColors: false }, false],
    ['--color never', { ...auto, color: 'never', forceColor: '1' }, false],
    [
      '--color always beats NO_COLOR',
      { ...auto, color: 'always', noColor: '1', streamHasColors: false },
      true,
    ],
    ['NO_COLOR', { ...auto, noColor: '1' }, false],
    ['an empty NO_COLOR', { ...auto, noColor: '' }, true],
    ['NO_COLOR beats FORCE_COLOR', { ...auto, noColor: '1', forceColor: '1' }, false],
    ['FORCE_COLOR', { ...auto, forceColor: '1', streamHasColors: false }, true],
    ['FORCE_COLOR=0', { ...auto, forceColor: '0' }, false],
  ])('%s', (_, options, expected) => {
    const style = createStyle(options);
    expect(style.color).toBe(expected);
    expect(style.red('x')).toBe(expected ? '\x1b[31mx\x1b[39m' : 'x');
  });

  it('has ASCII symbols where the terminal shows no UTF-8', () => {
    const { symbols } = createStyle({ ...auto, unicode: false });
    expect(JSON.stringify(symbols)).toMatch(/^[\x20-\x7e]*$/);
  });
});
