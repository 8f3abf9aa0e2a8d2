/** The committed script is what the build makes of the modules in src/link-sync, and Python 3.6 can read it. */
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { installed } from '../programs.ts';
import { check } from './python.ts';
import { joinLinkSync, joinModules } from '../../scripts/link-sync.mjs';

const root = resolve(import.meta.dirname, '../..');
const script = resolve(root, 'playbooks/files/link-sync');

test('playbooks/files/link-sync is up to date; otherwise run "npm run build" and commit it', async () => {
  expect(readFileSync(script, 'utf8')).toBe(await joinLinkSync());
});

test('it has a section for each module, and is ASCII text', () => {
  const text = readFileSync(script, 'utf8');
  const sections = [...text.matchAll(/^# ---- (\w+) -+$/gm)].map(([, name]) => name);
  const modules = readdirSync(resolve(root, 'src/link-sync')).filter((name) => name.endsWith('.py'));
  expect(sections.sort()).toEqual(modules.map((name) => name.replace('.py', '')).sort());
  // the locale of a host may be C
  expect(text).toMatch(/^[\n -~]*$/);
});

test.skipIf(!installed('python3'))('its syntax is that of Python 3.6', () => {
  const program = 'import ast, sys; ast.parse(open(sys.argv[1]).read(), feature_version=(3, 6))';
  execFileSync('python3', ['-c', program, script]);
});

test.skipIf(!installed('python3'))('the faults of the random histories match its text', async () => {
  expect(await check('faults', '--match')).toEqual({ code: 0, said: '' });
});

describe('modules that do not fit together are refused', () => {
  const module = (...lines: string[]): string => ['"""What it is."""', ...lines, ''].join('\n');

  test.each<[string, Record<string, string>, RegExp]>([
    [
      'they import each other',
      {
        main: module('from a import x'),
        a: module('from b import y', 'x = y'),
        b: module('from a import x', 'y = x'),
      },
      /import each other: main > a > b > a/,
    ],
    [
      'two define one name',
      { main: module('from a import x', 'y = x'), a: module('x = 1', 'def y():', '    pass') },
      /a\.py and main\.py both define y/,
    ],
    ['a name does not exist', { main: module('from a import z'), a: module('x = 1') }, /a does not define z/],
    ['a module is not used', { main: module('x = 1'), a: module('y = 1') }, /nothing imports a/],
    ['a module is imported whole', { main: module('import a'), a: module('x = 1') }, /"from a import NAME"/],
    ['a library gives single names', { main: module('from os import path') }, /"import os"/],
    ['an import stands elsewhere', { main: module('x = 1', 'import os') }, /all imports must be together/],
    ['there is no docstring', { main: 'x = 1\n' }, /needs a docstring/],
  ])('%s', (_, sources, message) => {
    expect(() => joinModules(sources)).toThrow(message);
  });
});
