import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { nfsCopy } from '../../src/resources/nfs-copy.ts';
import type { NfsCopyParams } from '../../src/resources/nfs-copy-script.ts';
import { changePrelude } from '../../src/shell/prelude.ts';
import { encodeBytes } from '../../src/core/bytes.ts';
import { shells } from '../shell/shells.ts';
import type { Shell } from '../shell/shells.ts';

/** Whether this machine lets us mount; then a bound folder stands for the export. */
const MIB = 2 ** 20;
const NOBODY = 65534;

let folder = '';
let pool = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fastboot-copy-'));
  pool = join(folder, 'pool');
  mkdirSync(pool, { mode: 0o777 });
  spawnSync('chmod', ['755', folder]);
  spawnSync('chmod', ['1777', pool]);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A file with data, a hole, and data that ends in the middle of a block. */
function source(name: string, size = 2 * MIB + 12_345): NfsCopyParams {
  const path = join(folder, name);
  const data = Buffer.alloc(size);
  data.fill('data', 0, Math.min(size, 1000));
  data.fill('end', Math.max(0, size - 500));
  writeFileSync(path, data, { mode: 0o600 });
  utimesSync(path, 1_700_000_000, 1_700_000_000);
  const { ino: inode } = statSync(path);
  const sha256 = createHash('sha256').update(data).digest('hex');
  const owner = `${NOBODY}:${NOBODY}`;
  const bound = { source: pool, type: 'none', options: 'bind' };
  return { path, ...bound, owner, size, mtime: 1_700_000_000, inode, sha256 };
}

function copy(shell: Shell, params: NfsCopyParams): { code: number | null; output: string } {
  const drift = { action: 'create', before: null, after: null, reason: '', risk: 'none' } as const;
  const script = `set -eu\n${changePrelude}${nfsCopy.script(params, drift)}`;
  const { code, output } = shell.run(encodeBytes(script));
  return { code, output: output.toString() };
}

const partOf = ({ path, sha256 }: NfsCopyParams) =>
  join(pool, `.${path.slice(path.lastIndexOf('/') + 1)}.${sha256.slice(0, 12)}.part`);

describe.each(shells.filter(({ name }) => name !== 'busybox'))('$name', (shell) => {
  test.each(['plain', "it's -n a\nname", '-rf', '$(touch x) "'])(
    '%j arrives whole, with its hole',
    (name) => {
      const params = source(name);
      const { code, output } = copy(shell, params);
      expect([code, output.split('\n').filter((line) => !/^(fastboot-progress |name )/.test(line))]).toEqual([
        0,
        [''],
      ]);
      const arrived = join(pool, name);
      expect(readFileSync(arrived).equals(readFileSync(params.path))).toBe(true);
      const { mode, uid, blocks } = statSync(arrived);
      expect([(mode & 0o7777).toString(8), uid]).toEqual(['644', NOBODY]);
      expect(blocks * 512).toBeLessThanOrEqual(2.1 * MIB);
      expect(readdirSync(pool)).toEqual([name]);
      expect(existsSync('/run/fastboot/staging') ? readdirSync('/run/fastboot/staging') : []).toEqual([]);
    },
  );

  test.each([0, 1, MIB, 3 * MIB])('%i bytes', (size) => {
    const params = source('x', size);
    expect(copy(shell, { ...params, limit: 1000 }).code).toBe(0);
    expect(readFileSync(join(pool, 'x')).equals(readFileSync(params.path))).toBe(true);
  });

  test('what an earlier run copied is not copied again, but for the last piece', () => {
    const params = { ...source('x', 4 * MIB + 5), limit: 1 };
    const part = partOf(params);
    writeFileSync(part, readFileSync(params.path).subarray(0, 3 * MIB + 7));
    spawnSync('chown', [String(NOBODY), part]);
    const { code, output } = copy(shell, params);
    const copied = [...output.matchAll(/^fastboot-progress (\d+) \d+ bytes copying/gm)].map(([, done]) =>
      Number(done),
    );
    expect([code, copied]).toEqual([0, [3 * MIB, 4 * MIB, 4 * MIB + 5]]);
    expect(readFileSync(join(pool, 'x')).equals(readFileSync(params.path))).toBe(true);
  });

  test('what is left of a run and is not the same is noticed, taken away, and right the next time', () => {
    const params = { ...source('x', 3 * MIB), limit: 1000 };
    const part = partOf(params);
    writeFileSync(part, Buffer.alloc(3 * MIB, 'rubbish'));
    spawnSync('chown', [String(NOBODY), part]);
    const first = copy(shell, { ...params, limit: 1 });
    expect(first).toMatchObject({
      code: 1,
      output: expect.stringContaining('the copy differs from x') as unknown,
    });
    expect(readdirSync(pool)).toEqual([]);
    expect(copy(shell, params).code).toBe(0);
  });

  test('a file of that name is never replaced, however it came', () => {
    const params = source('x');
    writeFileSync(join(pool, 'x'), 'another');
    expect(copy(shell, params)).toMatchObject({
      code: 75,
      output: expect.stringContaining('got a file x') as unknown,
    });
    expect(readFileSync(join(pool, 'x'), 'utf8')).toBe('another');
  });

  test.each<[string, (path: string) => void]>([
    ['changed', (path) => writeFileSync(path, 'other')],
    ['gone', (path) => rmSync(path)],
    [
      'another one with the same bytes',
      (path) => spawnSync('sh', ['-c', 'cp -p "$1" "$1.new" && mv "$1.new" "$1"', 'sh', path]),
    ],
    [
      'a link to it',
      (path) => spawnSync('sh', ['-c', 'mv "$1" "$1.old" && ln -s "$1.old" "$1"', 'sh', path]),
    ],
  ])('a source that is %s since the plan is not copied', (_, change) => {
    const params = source('x');
    change(params.path);
    expect(copy(shell, params)).toMatchObject({
      code: 75,
      output: expect.stringContaining('no longer the file') as unknown,
    });
    expect(readdirSync(pool)).toEqual([]);
  });

  test('a folder that its user may not write to is left as it is', () => {
    spawnSync('chmod', ['755', pool]);
    const { code } = copy(shell, source('x'));
    expect(code).not.toBe(0);
    expect(readdirSync(pool)).toEqual([]);
    expect(lstatSync(pool).isDirectory()).toBe(true);
  });

  test('a copy that nobody waits for any more ends between two pieces, and is gone on with', async () => {
    const params = source('x', 40 * MIB);
    const script = join(folder, 'script');
    const drift = { action: 'create', before: null, after: null, reason: '', risk: 'none' } as const;
    const slow = nfsCopy.script({ ...params, limit: 1 }, drift);
    writeFileSync(script, encodeBytes(`set -eu\n${changePrelude}${slow}`));
    const program = shell.name === 'bash' ? 'bash' : 'sh';
    const connection = `${program} ${script} >${folder}/said 2>&1 & while ! grep -q copying ${folder}/said; do sleep 0.1; done`;
    spawnSync('sh', ['-c', connection]);
    await vi.waitFor(
      () => expect(readFileSync(join(folder, 'said'), 'utf8')).toContain('the connection was lost'),
      { timeout: 30_000, interval: 200 },
    );
    expect(readdirSync(pool)).toEqual([basename(partOf(params))]);
    expect(copy(shell, params).code).toBe(0);
    expect(readdirSync(pool)).toEqual(['x']);
  });

  test('no faster than the limit', () => {
    const started = Date.now();
    expect(copy(shell, { ...source('x', 4 * MIB), limit: 2 }).code).toBe(0);
    expect(Date.now() - started).toBeGreaterThan(900);
  });
});
