import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, it } from 'vitest';

/** What each folder of src may import besides itself: the way of the data through the program. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  core: [],
  formats: ['core'],
  shell: ['core'],
  transport: ['shell', 'core'],
  facts: ['formats', 'shell', 'core'],
  resources: ['facts', 'formats', 'shell', 'core'],
  inventory: ['formats', 'core'],
  // these three stand side by side: none knows of the others
  playbook: ['resources', 'core'],
  plan: ['inventory', 'resources', 'facts', 'formats', 'shell', 'core'],
  pool: ['inventory', 'resources', 'facts', 'formats', 'core'],
  engine: ['inventory', 'playbook', 'plan', 'pool', 'resources', 'facts', 'transport', 'shell', 'core'],
  report: ['plan', 'resources', 'shell', 'core'],
  commands: ['inventory', 'playbook', 'plan', 'engine', 'pool', 'report', 'transport', 'core'],
  cli: ['commands', 'report', 'core'],
};

const root = resolve(import.meta.dirname, '../src');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

it('knows every folder of src', () => {
  const folders = new Set(files.map((file) => file.split('/')[0]));
  expect([...folders].sort()).toEqual(Object.keys(ALLOWED).sort());
});

/** Lines such as `plan/build.ts → engine` for every file in which `find` sees something wrong. */
function violations(
  of: readonly string[],
  find: (file: string, text: string) => readonly string[],
): readonly string[] {
  return of.flatMap((file) =>
    find(file, readFileSync(join(root, file), 'utf8')).map((what) => `${file} → ${what}`),
  );
}

it('imports one way only', () => {
  const wrong = violations(files, (file, text) => {
    const folder = file.split('/')[0] ?? '';
    const imports = [...text.matchAll(/from '(\.[^']+\.ts)'|import\('(\.[^']+\.ts)'\)/g)].map(
      (match) => match[1] ?? match[2] ?? '',
    );
    const targets = imports.map(
      (target) => relative(root, resolve(root, dirname(file), target)).split('/')[0] ?? '',
    );
    return targets.filter((target) => target !== folder && !ALLOWED[folder]?.includes(target));
  });
  expect(wrong).toEqual([]);
});

it('leaves process and console to src/cli', () => {
  const below = files.filter((file) => !file.startsWith('cli/'));
  const wrong = violations(below, (_file, text) => {
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    return code.match(/\bprocess\.(env|argv|exit|stdout|stderr|stdin|on|kill|cwd)\b|\bconsole\./g) ?? [];
  });
  expect(wrong).toEqual([]);
});

it('keeps ssh2 behind the transport', () => {
  const others = files.filter((file) => !file.startsWith('transport/'));
  expect(violations(others, (_file, text) => text.match(/from 'ssh2'/g) ?? [])).toEqual([]);
});
