import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BaseFiles } from '../../../src/facts/base-files.ts';
import { decideHold as decide } from '../../../src/pool/decisions/hold.ts';
import { baseFile } from '../fixture.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const C = 'c'.repeat(40);

/** As nodes of which nothing is proved. */
function decideHold(held: readonly string[], nodes: readonly (BaseFiles | null)[]): readonly string[] {
  return decide(
    held,
    nodes.map((node) => node && { base: node, isSettled: () => false, mismatched: [] }),
  );
}

function base(kind: BaseFiles['kind'], names: readonly string[] = [], complete = true): BaseFiles {
  return {
    kind,
    real: '/b',
    files: names.map((name) => baseFile(name, { size: 1, uid: 1 })),
    complete,
  };
}

test.each<[string, readonly string[], readonly (BaseFiles | null)[], readonly string[]]>([
  ['nothing anywhere', [], [base('absent'), base('folder'), base('mounted')], []],
  ['what is found is held, sorted, once', [], [base('folder', [B, A]), base('folder', [A])], [A, B]],
  [
    'only base names',
    [],
    [base('folder', ['A'.repeat(40), `${A}.part`, 'swap_1', 'a'.repeat(39), `${A}\n`, B])],
    [B],
  ],
  ['seen by all to be gone: let go', [A], [base('folder', [B]), base('absent'), base('mounted')], [B]],
  ['a node was not read: kept', [A], [base('folder'), null], [A]],
  ['a list that is cut short: kept, and what it shows is held', [A], [base('folder', [B], false)], [A, B]],
  ['below a live mount: kept', [A, B], [base('mounted', [A])], [A]],
  ['below a live mount, not held before: not held anew', [], [base('mounted', [A])], []],
  ['a mount below which nothing can be seen: kept', [A], [base('mounted', [], false)], [A]],
  ['all of the instances on a network mount: kept', [A], [base('remote', [], false)], [A]],
  ['no compute node left', [A], [], []],
])('%s', (_, held, nodes, expected) => {
  expect(decideHold(held, nodes)).toEqual(expected);
});

test('what is proved to be unused or the same is let go; a name that disks need in another format is held', () => {
  const node = (names: readonly string[], done: readonly string[], mismatched: readonly string[] = []) => ({
    base: base('folder', names),
    isSettled: (name: string) => done.includes(name),
    mismatched,
  });
  expect(decide([], [node([A, B], [A])])).toEqual([B]);
  expect(decide([A], [node([A], [A])])).toEqual([]);
  expect(decide([A], [node([A], [A]), null])).toEqual([A]);
  expect(decide([], [node([A], [A]), node([A], [])])).toEqual([A]);
  expect(decide([], [node([], [], [C, 'swap_1'])])).toEqual([C]);
});

describe('for any nodes', () => {
  const names = fc.subarray([A, B, C]);
  const node = fc.oneof(
    fc.constant(null),
    fc
      .record({
        kind: fc.constantFrom<BaseFiles['kind']>('absent', 'folder', 'mounted', 'remote'),
        names,
        complete: fc.boolean(),
      })
      .map(({ kind, names: own, complete }) => base(kind, own, complete)),
  );

  test('a name is let go only when every node was seen not to have it', () => {
    fc.assert(
      fc.property(names, fc.array(node, { maxLength: 4 }), (held, nodes) => {
        const result = decideHold(held, nodes);
        for (const name of held.filter((each) => !result.includes(each))) {
          for (const each of nodes) {
            expect(each?.complete).toBe(true);
            expect(each?.files.map((file) => file.name)).not.toContain(name);
          }
        }
      }),
    );
  });

  test('what stands in a local folder is always held, and nothing comes from nowhere', () => {
    fc.assert(
      fc.property(names, fc.array(node, { maxLength: 4 }), (held, nodes) => {
        const result = decideHold(held, nodes);
        const found = nodes.flatMap((each) =>
          each?.kind === 'folder' ? each.files.map((file) => file.name) : [],
        );
        expect(result).toEqual(expect.arrayContaining(found));
        expect([...held, ...found]).toEqual(expect.arrayContaining([...result]));
      }),
    );
  });

  test('deciding again with the same nodes changes nothing', () => {
    fc.assert(
      fc.property(names, fc.array(node, { maxLength: 4 }), (held, nodes) => {
        const once = decideHold(held, nodes);
        expect(decideHold(once, nodes)).toEqual(once);
      }),
    );
  });
});
