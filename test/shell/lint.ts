/** Lets shells and shellcheck read scripts. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OptionalProgram } from '../programs.ts';

/** What shellcheck says of scripts that are put together, and that is meant so. */
const MEANT = {
  SC1007: '`a= b=` sets both variables to nothing',
  SC1010: '`fb done` does not end a loop',
  SC2010: 'the links of /proc are what is wanted',
  SC2043: 'a loop over one path is a loop over what a plan holds',
  SC2046: 'only the first word of an answer is wanted',
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

const named = (programs: readonly (readonly [OptionalProgram, ...string[]])[]) =>
  programs.map((words) => [words[0], words] as const);

/** Programs that read the files in src, as rows of a table: SC2016, because programs for another shell are quoted. */
export const PROGRAMS_FOR_FILES = named([...SYNTAX, [...SHELLCHECK, 'style', '-e', 'SC2016']]);

/** Programs that read scripts that are put together, as rows of a table. */
export const PROGRAMS_FOR_SCRIPTS = named([
  ...SYNTAX,
  [...SHELLCHECK, 'warning', '-e', Object.keys(MEANT).join(',')],
]);

/** What a program says of scripts, with their names. */
export function findings(
  [program, ...options]: readonly string[],
  scripts: ReadonlyMap<string, string>,
): string {
  const folder = mkdtempSync(join(tmpdir(), 'fastboot-scripts-'));
  const names = [...scripts.keys()];
  names.forEach((name, index) => writeFileSync(join(folder, `${index}.sh`), scripts.get(name) ?? ''));
  const run = (files: readonly string[]): string => {
    const { error, status, stdout, stderr } = spawnSync(program ?? '', [...options, ...files], {
      cwd: folder,
      encoding: 'utf8',
    });
    if (error !== undefined) throw error;
    return status === 0 ? '' : `${files.length === 1 ? `${files[0] ?? ''}: ` : ''}${stdout}${stderr}`;
  };
  const files = readdirSync(folder);
  const said = program === 'shellcheck' ? run(files) : files.map((file) => run([file])).join('');
  rmSync(folder, { recursive: true });
  return said.replace(/^(\d+)\.sh/gm, (_, index: string) => names[Number(index)] ?? index);
}
