import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, it } from 'vitest';

/** What each room of src/report may import from the other rooms. `.` are the files beside the rooms. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  terminal: [],
  failure: ['terminal'],
  events: ['terminal'],
  plan: ['terminal'],
  comparison: ['plan', 'terminal'],
  html: ['plan', 'terminal'],
  markdown: ['plan', 'html', 'terminal'],
  progress: ['events', 'failure', 'terminal'],
  recap: ['failure', 'plan', 'terminal'],
  '.': ['plan', 'comparison', 'html', 'markdown', 'terminal'],
};

const root = resolve(import.meta.dirname, '../../src/report');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const roomOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : '.');

it('knows every room of src/report', () => {
  expect([...new Set(files.map(roomOf))].sort()).toEqual(Object.keys(ALLOWED).sort());
});

it('lets the rooms import one way only', () => {
  const wrong = files.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const imports = [...text.matchAll(/from '(\.[^']+\.ts)'|import\('(\.[^']+\.ts)'\)/g)];
    return imports
      .map(([, plain, dynamic]) => relative(root, resolve(root, dirname(file), plain ?? dynamic ?? '')))
      .filter((target) => !target.startsWith('..') && target !== 'output-forms.ts')
      .map(roomOf)
      .filter((room) => room !== roomOf(file) && ALLOWED[roomOf(file)]?.includes(room) !== true)
      .map((room) => `${file} → ${room}`);
  });
  expect(wrong).toEqual([]);
});
