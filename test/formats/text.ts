import fc from 'fast-check';

/** Texts of short lines, so that lines repeat, with and without a last newline. */
export const text = fc
  .array(fc.constantFrom('', 'a', 'b', '[s]', '[t]', 'o = 1', '#o = 2', ' more', '\udcff', 'a\r'), {
    maxLength: 12,
  })
  .chain((lines) => fc.constantFrom(lines.join('\n'), lines.join('\n') + '\n'));
