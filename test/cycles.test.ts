/** No file of src imports itself by way of others: each file can be read with only those that it imports. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../src');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

/** What each file imports, types too. */
const imports = new Map(
  files.map((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const targets = [...text.matchAll(/(?:from|import\() ?'(\.[^']+\.ts)'/g)].map(([, target = '']) =>
      relative(root, resolve(root, dirname(file), target)),
    );
    return [file, targets] as const;
  }),
);

/** The shortest way from a file back to itself. */
function cycleOf(start: string): readonly string[] | undefined {
  const ways: (readonly string[])[] = [[start]];
  const seen = new Set<string>();
  for (const way of ways)
    for (const next of imports.get(way.at(-1) ?? '') ?? []) {
      if (next === start) return [...way, start];
      if (seen.has(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  return undefined;
}

test('files do not import themselves', () => {
  const cycles = files.flatMap((file) => {
    const cycle = cycleOf(file);
    return cycle === undefined ? [] : [cycle];
  });
  expect(cycles).toEqual([]);
});
