import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBytes, decodeBytes } from '../../src/core/bytes.ts';
import { quote, quoteAll, setVariables } from '../../src/shell/quote.ts';
import { runShell, SHELLS } from './shells.ts';

/** Words made of what shells find special, of any text, and of any bytes but NUL. */
const special = fc.string({
  unit: fc.constantFrom(
    ...Array.from(' \t\n\r\'"\\$`!*?[]{}()<>|&;#~=%^-+,:@/aZ0\u00e9\u4e2d\u{1f600}\x01\x7f'),
  ),
  maxLength: 20,
});
const bytes = fc.uint8Array({ min: 1, maxLength: 30 }).map((array) => decodeBytes(Buffer.from(array)));
const text = fc.string({ unit: 'binary', maxLength: 20 }).map((value) => value.replaceAll('\0', ''));
const word = fc.oneof(special, bytes, text);

const EDGES = [
  '',
  "'",
  "''",
  "'\\''",
  '\\',
  '-n',
  '-e',
  '--',
  '~',
  '$(id)',
  '`id`',
  '!!',
  'a\nb\n',
  '\n',
  '\t',
  ' ',
  '#',
  '{a,b}',
  '*',
  '\x1b[31m',
  '%s',
  '\\n',
  '=',
  'a=b',
  '\udcff\udc80',
];

describe.each(SHELLS)('quote, read by %s', (_name, command) => {
  const readBack = (words: readonly string[]): string[] => {
    const script = `f() { for w; do printf '%s\\0' "$w"; done; }\nf ${quoteAll(words)}\n`;
    return runShell(command, encodeBytes(script)).toString('latin1').split('\0').slice(0, -1);
  };
  const asBytes = (words: readonly string[]): string[] =>
    words.map((value) => encodeBytes(value).toString('latin1'));

  it('gives each word back as it was', () => {
    expect(readBack(EDGES)).toEqual(asBytes(EDGES));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 40 }), (words) => {
        expect(readBack(words)).toEqual(asBytes(words));
      }),
      { numRuns: 40 },
    );
  });

  it('holds in assignments, case patterns and here-documents of commands', () => {
    fc.assert(
      fc.property(word, (value) => {
        const script = `${setVariables({ v: value })}case $v in ${quote(value)}) printf '%s' "$v" ;; *) printf 'no match' ;; esac`;
        expect(runShell(command, encodeBytes(script)).toString('latin1')).toBe(asBytes([value])[0]);
      }),
      { numRuns: 40 },
    );
  });
});

describe('quote', () => {
  it('leaves harmless words as they are', () => {
    expect(quoteAll(['ls', '-l', '/etc/fstab', 'a@b.c', '1,2', '50%'])).toBe(
      'ls -l /etc/fstab a@b.c 1,2 50%',
    );
  });

  it('refuses NUL', () => {
    expect(() => quote('a\0b')).toThrow('NUL');
  });
});
