/**
 * Every shell script that fastboot sends: the `.sh` files, the scripts that resources and facts make of them, and the
 * programs that these hand to another shell in one quoted word. All shells read them, and shellcheck finds nothing.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quotedPrograms } from './quoted-programs.ts';
import { caseScripts, factScripts } from './scripts.ts';
import { shFiles } from './sh-files.ts';

/** What shellcheck says of scripts that are put together, and that is meant so. */
const MEANT = {
  SC1007: '`a= b=` sets both variables to nothing',
  SC1010: '`fb done` does not end a loop',
  SC2010: 'the links of /proc are what is wanted',
  SC2046: 'only the first word of an answer is wanted',
  SC2043: 'a loop over one path is a loop over what a plan holds',
  SC2125: '`?` in the mount table stands for one octal escape',
  SC2140: 'values are quoted one by one',
  SC2174: 'the folders above have their modes already',
  SC2254: 'mount points serve as patterns',
  SC3013: 'all shells of hosts know -ef',
};

const SYNTAX = [
  ['dash', '-n'],
  ['bash', '--posix', '-n'],
  ['busybox', 'sh', '-n'],
] as const;
const SHELLCHECK = ['shellcheck', '-s', 'sh', '-f', 'gcc', '-S'] as const;
// SC2016: programs for another shell stand in single quotes
const OF_FILES = [...SYNTAX, [...SHELLCHECK, 'style', '-e', 'SC2016']] as const;
const OF_MADE = [...SYNTAX, [...SHELLCHECK, 'warning', '-e', Object.keys(MEANT).join(',')]] as const;

const isRoot = process.getuid?.() === 0;
const isInstalled = (program: string): boolean =>
  spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status === 0;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fastboot-scripts-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What a program says of scripts, with their names. */
function findings([program, ...options]: readonly string[], scripts: ReadonlyMap<string, string>): string {
  const written = mkdtempSync(join(folder, 'set-'));
  const names = [...scripts.keys()];
  names.forEach((name, index) => writeFileSync(join(written, `${index}.sh`), scripts.get(name) ?? ''));
  const run = (files: readonly string[]): string => {
    const { error, status, stdout, stderr } = spawnSync(program ?? '', [...options, ...files], {
      cwd: written,
      encoding: 'utf8',
    });
    if (error !== undefined) throw error;
    return status === 0 ? '' : `${files.length === 1 ? `${files[0] ?? ''}: ` : ''}${stdout}${stderr}`;
  };
  const files = readdirSync(written);
  const said = program === 'shellcheck' ? run(files) : files.map((file) => run([file])).join('');
  return said.replace(/^(\d+)\.sh/gm, (_, index: string) => names[Number(index)] ?? index);
}

/** Each script once, with the programs that it hands on. */
function withQuotedPrograms(made: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const byText = new Map<string, string>();
  for (const [name, script] of made) {
    const texts = [script, ...quotedPrograms(script)];
    texts.forEach((text, index) => {
      if (!byText.has(text)) byText.set(text, index === 0 ? name : `${name}, program ${index}`);
    });
  }
  return new Map([...byText].map(([text, name]) => [name, text]));
}

describe('files', () => {
  const scripts = new Map(shFiles.map(({ path, source }) => [path, source]));

  test.each(shFiles)('$path begins by saying what it is', ({ source }) => {
    const [first = '', ...rest] = source.split('\n');
    expect(first).toMatch(/^# [A-Z].*[a-z]/);
    expect(rest.some((line) => line.startsWith('# shellcheck shell=sh'))).toBe(true);
  });

  test.each(shFiles)('$path is sent as it is read, without comments', ({ sent }) => {
    expect(sent).not.toMatch(/^\s*(#|$)/m);
  });

  describe.each(OF_FILES.map((words) => [words[0], words] as const))('%s', (program, words) => {
    test.skipIf(!isRoot && !isInstalled(program))('reads all of them', () => {
      expect(findings(words, scripts)).toBe('');
    });
  });
});

describe.each([
  ['resources', () => caseScripts()],
  ['facts', () => factScripts()],
] as const)('scripts of all %s', (_, make) => {
  let scripts: ReadonlyMap<string, string> = new Map();
  beforeAll(async () => {
    scripts = withQuotedPrograms(await make());
  });

  test('have every value filled in', () => {
    for (const text of scripts.values()) expect(text).not.toMatch(/\bundefined\b|\[object|\bNaN\b/);
  });

  describe.each(OF_MADE.map((words) => [words[0], words] as const))('%s', (program, words) => {
    test.skipIf(!isRoot && !isInstalled(program))('reads all of them', () => {
      expect(findings(words, scripts)).toBe('');
    });
  });
});
