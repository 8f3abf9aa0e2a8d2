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

/** One path: its state at first, and its desired state, if any. */
interface Place {
  readonly kind: Kind;
  readonly start: string | null;
  readonly wanted: string | null;
  readonly create: boolean;
}

// one character of each sort that a shell, YAML or a tool for lines may handle wrongly
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
    wanted: fc.option(text.filter(plain)),
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

/** JSON is YAML when each character that YAML does not allow is escaped. */
const quoted = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

function taskFor({ kind, wanted, create }: Place, index: number): string {
  const path = pathOf(index);
  switch (kind) {
    case 'file':
      return `{ file: ${quoted({ path, content: wanted })} }`;
    case 'link':
      return `{ link: ${quoted({ path, target: wanted })} }`;
    case 'directory':
      return `{ directory: ${quoted({ path, mode: wanted })} }`;
    case 'line':
      return `{ line: ${quoted({ path, line: wanted, create })} }`;
  }
}

function make(real: string, { kind, start }: Place): void {
  if (start === null) return;
  mkdirSync(dirname(real), { recursive: true });
  if (kind === 'link') symlinkSync(start, real);
  else if (kind === 'directory') mkdirSync(real, { mode: 0o755 });
  else writeFileSync(real, start);
}

function expectWanted(real: string, { kind, start, wanted }: Place): void {
  if (wanted === null) return;
  switch (kind) {
    case 'file':
      expect(readFileSync(real, 'utf8')).toBe(wanted);
      return;
    case 'link':
      expect(readlinkSync(real)).toBe(wanted);
      return;
    case 'directory':
      expect((lstatSync(real).mode & 0o7777).toString(8).padStart(4, '0')).toBe(wanted);
      return;
    case 'line': {
      const lines = readFileSync(real, 'utf8').split('\n');
      expect(lines).toContain(wanted);
      // everything else is still there
      for (const line of (start ?? '').split('\n').filter((each) => each !== ''))
        expect(lines).toContain(line);
    }
  }
}

it(
  'an apply makes the desired state, changes nothing else, and leaves nothing to do',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(places, async (all) => {
        const tasks = all.flatMap((each, index) => (each.wanted === null ? [] : [taskFor(each, index)]));
        const rig = createRig(`- hosts: compute\n  tasks: [${tasks.join(', ')}]\n`);
        const host = rig.host('c1');
        all.forEach((each, index) => make(host.at(pathOf(index)), each));
        const before = describeTree(host.at('/srv'));
        const run = await rig.apply();
        const after = describeTree(host.at('/srv'));
        for (const name of Object.keys(before)) expect(Object.keys(after)).toContain(name);
        all.forEach(({ wanted, start }, index) => {
          const name = pathOf(index).slice('/srv/'.length);
          if (wanted === null) expect(after[name]).toBe(before[name]);
          if (wanted === null && start === null) expect(existsSync(host.at(pathOf(index)))).toBe(false);
        });
        if (planned(run.plan).some((line) => line.includes(' blocked '))) {
          expect(run.exitCode).toBe(5);
          expect(after).toEqual(before);
          return;
        }
        expect(run.exitCode).toBe(0);
        all.forEach((each, index) => expectWanted(host.at(pathOf(index)), each));
        expect(planned((await rig.plan()).plan)).toEqual([]);
      }),
      { numRuns: 12, seed: 4711 },
    );
  },
);
