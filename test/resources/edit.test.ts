import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linesOf } from '../../src/formats/lines.ts';
import { lineEdits } from '../../src/resources/edit.ts';
import { text } from '../formats/text.ts';

describe('edits of lines', () => {
  const apply = (before: string, after: string) => {
    const edits = lineEdits(before, after);
    const lines = linesOf(before);
    let next = 0;
    const parts = edits.flatMap(({ at, remove, insert }) => {
      const kept = lines.slice(next, at - 1);
      next = at - 1 + remove;
      return [...kept, ...insert];
    });
    return [...parts, ...lines.slice(next)].join('');
  };

  test('give the text that was wanted, whatever it is', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(apply(before, after)).toBe(after);
      }),
    );
  });

  test('hold no line that stays, not even where the last one gets its newline', () => {
    expect(lineEdits('secret\nlast', 'secret\nlast\nnew\n')).toEqual([
      { at: 3, remove: 0, insert: ['\n', 'new\n'] },
    ]);
    expect(lineEdits('secret', 'secret\n')).toEqual([{ at: 2, remove: 0, insert: ['\n'] }]);
    expect(lineEdits('a\nsecret', 'b\nsecret\nc\n')).toEqual([
      { at: 1, remove: 1, insert: ['b\n'] },
      { at: 3, remove: 0, insert: ['\n', 'c\n'] },
    ]);
    expect(lineEdits('secret\nold', 'secret\nnew\n')).toEqual([{ at: 2, remove: 1, insert: ['new\n'] }]);
  });
});
