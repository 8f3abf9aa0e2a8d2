/** What the login of a host exports does not reach the scripts. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { quote } from '../../src/shell/quote.ts';
import { launchText } from '../../src/transport/launch.ts';
import { SHELLS } from '../shell/shells.ts';

/** As profiles of hosts export them. */
const EXPORTED: Readonly<Record<string, string>> = {
  BASH_ENV: '/nowhere',
  BLOCK_SIZE: '1M',
  CDPATH: '/tmp',
  ENV: '/nowhere',
  GREP_OPTIONS: '-v',
  POSIXLY_CORRECT: '1',
  QUOTING_STYLE: 'c',
  TIME_STYLE: 'full-iso',
  TMOUT: '1',
};

test.each(SHELLS)('%s: variables that change what programs print or how the shell works', (_, shell) => {
  const exports = Object.entries(EXPORTED).map(([name, value]) => `export ${name}=${quote(value)}`);
  const script = launchText({ nonce: 'N', become: undefined }, 'env | grep -o "^[A-Z_]*=" | sort').toString();
  const { code, output, errors } = shell.run(`${exports.join('\n')}\n${script}`);
  expect([code, errors]).toEqual([0, '']);
  const names = output.toString().split('=\n');
  expect(names.length).toBeGreaterThan(1);
  expect(names.filter((name) => name in EXPORTED)).toEqual([]);
});

test.each(SHELLS)('%s: names of open files are read as they are', (_, shell) => {
  const folder = mkdtempSync(join(tmpdir(), 'fastboot-launch-'));
  try {
    writeFileSync(join(folder, 'a b'), '');
    const look = `cd ${quote(folder)} && exec 7<'a b' && ls -l /proc/$$/fd/7`;
    const script = launchText({ nonce: 'N', become: undefined }, look).toString();
    const { output } = shell.run(`export QUOTING_STYLE=c\n${script}`);
    expect(output.toString()).toContain(` -> ${folder}/a b\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('bash stays in its POSIX mode', () => {
  for (const [name, shell] of SHELLS.filter(([each]) => each === 'bash')) {
    const script = launchText({ nonce: 'N', become: undefined }, 'shopt -o posix').toString();
    expect([name, shell.run(`export POSIXLY_CORRECT=1\n${script}`).output.toString()]).toEqual([
      'bash',
      expect.stringMatching(/posix\s+on\n$/),
    ]);
  }
});
