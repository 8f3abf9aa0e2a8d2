import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRig, planned } from './rig.ts';
import { describeTree } from './tree.ts';

type Kind = 'file' | 'link' | 'directory' | 'line';

/** One path: what is there at first, and what is wished of it, if anything. */
interface Place {
  readonly kind: Kind;
  readonly start: string | null;
  readonly wish: string | null;
  readonly create: boolean;
}

// a character of each sort that a shell, YAML or a line-wise tool could stumble over
const TEXT = fc.string({
  unit: fc.constantFrom(
    'a',
    'b',
    ' ',
    '\n',
    '\r',
    '\t',
    "'",
    '"',
    '\\',
    '$',
    '`',
    '%',
    '#',
    ':',
    '{',
    '}',
    '-',
    'é',
    '💾',
    '\u0001',
  ),
  maxLength: 12,
});
const LINE = TEXT.map((text) => text.replace(/[\n\r]/g, ''));
const WORD = LINE.map((text) => `t${text}`);
const plain = (text: string): boolean => !text.includes('{{');

const place = (kind: Kind, text: fc.Arbitrary<string>): fc.Arbitrary<Place> =>
  fc.record({
    kind: fc.constant(kind),
    start: fc.option(kind === 'line' ? TEXT : text),
    wish: fc.option(text.filter(plain)),
    create: fc.boolean(),
  });

const places = fc.array(
  fc.oneof(
    place('file', TEXT),
    place('link', WORD),
    place('line', LINE),
    place('directory', fc.constantFrom('0755', '0700', '1777')),
  ),
  { minLength: 1, maxLength: 8 },
);

const pathOf = (index: number): string => `/srv/p/${index % 2 === 0 ? '' : 'deep er/'}it's $${index}`;

/** JSON is YAML once every character that YAML does not take as it is stands as an escape. */
const quoted = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

function taskFor({ kind, wish, create }: Place, index: number): string {
  const path = pathOf(index);
  switch (kind) {
    case 'file':
      return `{ file: ${quoted({ path, content: wish })} }`;
    case 'link':
      return `{ link: ${quoted({ path, target: wish })} }`;
    case 'directory':
      return `{ directory: ${quoted({ path, mode: wish })} }`;
    case 'line':
      return `{ line: ${quoted({ path, line: wish, create })} }`;
  }
}

function make(real: string, { kind, start }: Place): void {
  if (start === null) return;
  mkdirSync(dirname(real), { recursive: true });
  if (kind === 'link') symlinkSync(start, real);
  else if (kind === 'directory') mkdirSync(real, { mode: 0o755 });
  else writeFileSync(real, start);
}

function expectWish(real: string, { kind, start, wish }: Place): void {
  if (wish === null) return;
  switch (kind) {
    case 'file':
      expect(readFileSync(real, 'utf8')).toBe(wish);
      return;
    case 'link':
      expect(readlinkSync(real)).toBe(wish);
      return;
    case 'directory':
      expect((lstatSync(real).mode & 0o7777).toString(8).padStart(4, '0')).toBe(wish);
      return;
    case 'line': {
      const lines = readFileSync(real, 'utf8').split('\n');
      expect(lines).toContain(wish);
      // and all that was there before is there still
      for (const line of (start ?? '').split('\n').filter((each) => each !== ''))
        expect(lines).toContain(line);
    }
  }
}

it(
  'an apply makes what is wished, keeps the rest, and leaves nothing to do',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(places, async (all) => {
        const wished = all.flatMap((each, index) => (each.wish === null ? [] : [taskFor(each, index)]));
        const rig = createRig(`- hosts: compute\n  tasks: [${wished.join(', ')}]\n`);
        const host = rig.host('c1');
        all.forEach((each, index) => make(host.at(pathOf(index)), each));
        const before = describeTree(host.at('/srv'));
        const run = await rig.apply();
        const after = describeTree(host.at('/srv'));
        for (const name of Object.keys(before)) expect(Object.keys(after)).toContain(name);
        all.forEach(({ wish, start }, index) => {
          const name = pathOf(index).slice('/srv/'.length);
          if (wish === null) expect(after[name]).toBe(before[name]);
          if (wish === null && start === null) expect(existsSync(host.at(pathOf(index)))).toBe(false);
        });
        if (planned(run.plan).some((line) => line.includes(' blocked '))) {
          expect(run.exitCode).toBe(5);
          expect(after).toEqual(before);
          return;
        }
        expect(run.exitCode).toBe(0);
        all.forEach((each, index) => expectWish(host.at(pathOf(index)), each));
        expect(planned((await rig.plan()).plan)).toEqual([]);
      }),
      { numRuns: 12, seed: 4711 },
    );
  },
);
