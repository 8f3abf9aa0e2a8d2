import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { storeCopy } from '../../src/resources/nfs-store-copy.ts';
import { changePrelude } from '../../src/shell/prelude.ts';
import { encodeBytes } from '../../src/core/bytes.ts';
import { shells } from '../shell/shells.ts';
import type { Shell } from '../shell/shells.ts';

/** Whether this machine lets us mount; then a bound folder stands for the export. */
const NOBODY = 65534;
const A = '11111111-aaaa';
const B = '22222222-bbbb';

let folder = '';
let pool = '';
let store = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fastboot-store-'));
  [pool, store] = [join(folder, 'pool'), join(folder, 'store')];
  for (const path of [pool, store]) mkdirSync(path);
  spawnSync('chmod', ['755', folder]);
  spawnSync('chown', [`${NOBODY}:${NOBODY}`, pool, store]);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (name: string, text: string, into = store): void =>
  writeFileSync(join(into, name), text, { mode: 0o600 });

const ledger = () => join(folder, 'state/ledger');
const listing = () => join(folder, 'run/listing');

/** Copies while Glance runs, or in the end, when it rests. */
function copy(shell: Shell, when: 'live' | 'end' = 'live') {
  const params = {
    path: store,
    source: pool,
    type: 'none',
    options: 'bind',
    owner: `${NOBODY}:${NOBODY}`,
    ledger: ledger(),
    ...(when === 'end' ? { listing: listing() } : {}),
  };
  const drift = { action: 'run', before: null, after: null, reason: '', risk: 'none' } as const;
  const { code, output } = shell.run(
    encodeBytes(`set -eu\n${changePrelude}${storeCopy.script(params, drift)}`),
  );
  const said = output
    .toString()
    .split('\n')
    .filter((line) => line !== '');
  const read = said.flatMap((line) => /bytes reading (\S+) /.exec(line)?.[1] ?? []);
  return {
    code,
    read: [...new Set(read)],
    said: said.filter((line) => !line.startsWith('fastboot-progress')),
  };
}

describe.each(shells.filter(({ name }) => name !== 'busybox'))('$name', (shell) => {
  test('every file arrives under its name, the export’s user writes it, and it is read once only', () => {
    put(A, 'a'.repeat(3_000_000));
    put(B, '');
    mkdirSync(join(store, 'lost+found'));
    expect(copy(shell)).toEqual({
      code: 0,
      read: [A],
      said: [`${B} is still being written; the last copy will take it`],
    });
    expect(readFileSync(join(pool, A), 'utf8')).toHaveLength(3_000_000);
    expect(statSync(join(pool, A)).uid).toBe(NOBODY);
    expect(copy(shell, 'end')).toEqual({ code: 0, read: [], said: [] });
    expect(readdirSync(pool)).toEqual([A, B]);
    const { size, ino } = statSync(join(store, A));
    expect(readFileSync(listing(), 'utf8')).toContain(`${size} `);
    expect(readFileSync(ledger(), 'utf8')).toMatch(
      new RegExp(`^${size} \\d+ ${ino} ${statSync(join(pool, A)).ino} ${A}//\n`),
    );
  });

  test('a file that somebody writes to waits, and in the end keeps the store from being hidden', () => {
    put(A, 'half');
    const open = openSync(join(store, A), 'r+');
    try {
      expect(copy(shell)).toMatchObject({
        code: 0,
        said: [`${A} is still being written; the last copy will take it`],
      });
      expect(readdirSync(pool)).toEqual([]);
      expect(copy(shell, 'end')).toMatchObject({
        code: 75,
        said: [expect.stringContaining('still being written')],
      });
      expect(existsSync(listing())).toBe(false);
    } finally {
      closeSync(open);
    }
    expect(copy(shell, 'end').code).toBe(0);
    expect(readFileSync(join(pool, A), 'utf8')).toBe('half');
  });

  test('a file that changed since it was copied is another one', () => {
    put(A, 'one');
    expect(copy(shell).code).toBe(0);
    put(A, 'two');
    spawnSync('touch', ['-d', '2001-01-01', join(store, A)]);
    expect(copy(shell, 'end')).toMatchObject({ code: 75, said: [expect.stringContaining('another file')] });
    expect(readFileSync(join(pool, A), 'utf8')).toBe('one');
  });

  test.each([
    ['the same bytes are taken for the same', 'same', 0],
    ['other bytes of the same size are never replaced', 'emas', 75],
    ['nor is a file of another size', 'longer', 75],
  ])('the pool has the name already: %s', (_, text, code) => {
    put(A, 'same');
    put(A, text, pool);
    spawnSync('chown', [`${NOBODY}`, join(pool, A)]);
    expect(copy(shell, 'end').code).toBe(code);
    expect(readFileSync(join(pool, A), 'utf8')).toBe(text);
    expect(existsSync(listing())).toBe(code === 0);
  });

  test('a copy that was cut off goes on', () => {
    const text = 'b'.repeat(1_500_000);
    put(A, text);
    const sum = createHash('sha256').update(text).digest('hex').slice(0, 12);
    put(`.${A}.${sum}.part`, text.slice(0, 1_000_000), pool);
    spawnSync('chown', [`${NOBODY}`, join(pool, `.${A}.${sum}.part`)]);
    expect(copy(shell).code).toBe(0);
    expect(readdirSync(pool)).toEqual([A]);
    expect(readFileSync(join(pool, A), 'utf8')).toBe(text);
  });

  test.each(['.hidden', '-rf', 'a b', 'a\nb', '$(id)'])('%j is none of Glance’s', (name) => {
    put(name, 'x');
    expect(copy(shell)).toMatchObject({ code: 75, read: [] });
    expect(readdirSync(pool)).toEqual([]);
  });
});
