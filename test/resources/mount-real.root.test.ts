import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mount } from '../../src/resources/mount.ts';
import type { MountParams } from '../../src/resources/mount-params.ts';
import { encodeBytes } from '../../src/core/bytes.ts';
import { shells } from '../shell/shells.ts';
import type { Shell } from '../shell/shells.ts';
import { closeDrift, converge, readHost } from './host.ts';

/** Whether this machine lets us mount; then a tmpfs stands for the pool. */
let folder = '';
let base = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fastboot-mount-'));
  base = join(folder, 'instances/my base');
  mkdirSync(base, { recursive: true });
  writeFileSync(join(folder, 'fstab'), '# mine\nproc /proc proc defaults 0 0');
});
afterEach(() => {
  while (spawnSync('umount', [base]).status === 0);
  rmSync(folder, { recursive: true, force: true });
});

/** A shell on a host whose /etc/fstab is a file of this test, and whose PATH starts with the test's own programs. */
function sandbox(shell: Shell): Shell {
  const inner = join(folder, 'fstab');
  return {
    name: shell.name,
    run: (script) => {
      const text = script
        .toString()
        .replaceAll('/etc/fstab', inner)
        .replaceAll('/run/systemd/system', '/no/systemd');
      const result = shell.run(encodeBytes(`PATH='${folder}/bin':$PATH\n${text}`));
      return { ...result, output: Buffer.from(result.output.toString().replaceAll(inner, '/etc/fstab')) };
    },
  };
}

function fakeProgram(name: string, text: string): void {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(folder, 'bin', name), 0o755);
}

const real = (name: string) =>
  spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
const fstab = () => readFileSync(join(folder, 'fstab'), 'utf8');
const isMounted = () =>
  readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${base.replaceAll(' ', '\\040')} `);

describe.each(shells.filter(({ name }) => name !== 'busybox'))('$name', (plain) => {
  const params = (): MountParams => ({
    path: base,
    source: 'pool',
    type: 'tmpfs',
    options: 'size=1m,nosuid,_netdev',
  });
  const line = () => `pool ${base.replaceAll(' ', '\\040')} tmpfs size=1m,nosuid,_netdev 0 0`;

  test('first mount: live and in fstab; again: nothing; unmounted and gone from fstab', () => {
    const shell = sandbox(plain);
    const first = converge(shell, folder, mount, params());
    expect(first).toMatchObject({ before: [{ action: 'create', risk: 'io' }], failures: [] });
    expect(first.after).toEqual([]);
    expect(isMounted()).toBe(true);
    expect(fstab()).toBe(`# mine\nproc /proc proc defaults 0 0\n${line()}\n`);
    const gone = converge(shell, folder, mount, { path: base, state: 'absent' });
    expect(gone).toMatchObject({
      before: [{ action: 'delete' }, { action: 'update' }],
      after: [],
      failures: [],
    });
    expect(isMounted()).toBe(false);
    expect(fstab()).toBe('# mine\nproc /proc proc defaults 0 0\n');
  });

  test('through a link above it', () => {
    symlinkSync('instances', join(folder, 'alias'));
    const run = converge(sandbox(plain), folder, mount, { ...params(), path: join(folder, 'alias/my base') });
    expect(run).toMatchObject({ before: [{ action: 'create' }], after: [], failures: [] });
    expect(isMounted()).toBe(true);
  });

  test('a folder with files is not hidden', () => {
    writeFileSync(join(base, '.part'), '');
    const { before } = converge(sandbox(plain), folder, mount, params());
    expect(before).toMatchObject([{ action: 'blocked', before: { entries: 1 } }]);
    expect([isMounted(), fstab().includes('pool')]).toEqual([false, false]);
    const anyway = converge(sandbox(plain), folder, mount, { ...params(), may_cover: 'anything' });
    expect(anyway).toMatchObject({ after: [], failures: [] });
  });

  test('a file that appears after the plan was made is not hidden', () => {
    const shell = sandbox(plain);
    const [drift] = mount.diff(params(), readHost(shell, mount.queries(params())));
    writeFileSync(join(base, 'f2d1a825'), '');
    const result = drift && closeDrift(shell, folder, mount, params(), drift);
    expect(result?.code).toBe(75);
    expect(result?.output).toContain('files appeared in');
    expect([isMounted(), fstab().includes('pool')]).toEqual([false, false]);
  });

  test('a file that appears between the last look and the mount is not hidden for good', () => {
    fakeProgram('mount', `touch '${base}/f2d1a825'; exec ${real('mount')} "$@"`);
    const { failures } = converge(sandbox(plain), folder, mount, params());
    expect(failures[0]?.code).toBe(75);
    expect(failures[0]?.output).toContain('while it was mounted, so it is unmounted again: f2d1a825');
    expect([isMounted(), fstab().includes('pool')]).toEqual([false, false]);
    expect(readdirSync(base)).toEqual(['f2d1a825']);
  });

  /** The files of the folder as a plan sees them; the pool has those that are `same`. */
  const hidden = (same: readonly string[]) =>
    readdirSync(base).map((name) => {
      const { size, mtimeMs, ino } = lstatSync(join(base, name));
      return { name, size, mtime: Math.floor(mtimeMs / 1000), inode: ino, same: same.includes(name) };
    });
  /** What is mounted holds these files from the start. */
  const fill = (text: string) =>
    fakeProgram('mount', `${real('mount')} "$@" && printf %s '${text}' >'${base}/used'`);
  const NAMES = ['used', 'unused', "it's", '-n', 'new\nline', '.hidden', 'b  c'];
  const write = () => {
    for (const name of NAMES) writeFileSync(join(base, name), `bytes of ${name}`);
    mkdirSync(join(base, 'lost+found'));
  };

  test('files that were looked at are hidden, and those that must be the same are seen through the mount', () => {
    write();
    fill('bytes of used');
    const may_cover = hidden(['used']);
    const run = converge(sandbox(plain), folder, mount, { ...params(), may_cover });
    expect(run).toMatchObject({ before: [{ action: 'create' }], after: [], failures: [] });
    expect(run.before[0]?.reason).toContain('8 files (0.0 GiB) stay in the folder');
    expect([isMounted(), readdirSync(base)]).toEqual([true, ['used']]);
    expect(spawnSync('umount', [base]).status).toBe(0);
    expect(readdirSync(base).sort()).toEqual([...NAMES, 'lost+found'].sort());
  });

  test.each<[string, () => void]>([
    ['one came into use', () => utimesSync(join(base, 'used'), 0, 5)],
    [
      'one was replaced',
      () => {
        writeFileSync(join(folder, 'other'), 'bytes of used');
        renameSync(join(folder, 'other'), join(base, 'used'));
      },
    ],
    ['one appeared', () => writeFileSync(join(base, 'new'), '')],
    ['one is gone', () => rmSync(join(base, '-n'))],
    ['one has grown', () => appendFileSync(join(base, 'unused'), 'x')],
  ])('nothing is mounted where, after the plan was made, %s', (_, change) => {
    write();
    fill('bytes of used');
    const shell = sandbox(plain);
    const wanted = { ...params(), may_cover: hidden(['used']) };
    const [drift] = mount.diff(wanted, readHost(shell, mount.queries(wanted)));
    change();
    const result = drift && closeDrift(shell, folder, mount, wanted, drift);
    expect(result).toMatchObject({ code: 75 });
    expect(result?.output).toContain('changed after they were listed');
    expect([isMounted(), fstab().includes('pool')]).toEqual([false, false]);
  });

  test.each(['other bytes!!', 'bytes of user', ''])(
    'a pool that shows %j instead is unmounted again',
    (text) => {
      write();
      fill(text);
      const { failures } = converge(sandbox(plain), folder, mount, {
        ...params(),
        may_cover: hidden(['used']),
      });
      expect(failures[0]?.code).toBe(75);
      expect(failures[0]?.output).toContain('has different base files from those that VMs use in');
      expect([isMounted(), fstab().includes('pool')]).toEqual([false, false]);
    },
  );

  test('a file that is written while the pool is mounted takes the mount away again', () => {
    write();
    fakeProgram(
      'mount',
      `echo more >>'${base}/unused'; ${real('mount')} "$@" && printf %s 'bytes of used' >'${base}/used'`,
    );
    const { failures } = converge(sandbox(plain), folder, mount, {
      ...params(),
      may_cover: hidden(['used']),
    });
    expect(failures[0]?.output).toContain('changed while it was mounted, so it is unmounted again');
    expect(isMounted()).toBe(false);
  });

  test('a folder that does not hold just what was looked at is not hidden', () => {
    write();
    const may_cover = hidden([]).slice(1);
    const { before } = converge(sandbox(plain), folder, mount, { ...params(), may_cover });
    expect(before).toMatchObject([
      { action: 'blocked', remedy: expect.stringContaining('run again') as unknown },
    ]);
  });

  test('a mount that fails leaves no line in fstab', () => {
    fakeProgram('mount', 'echo "mount.nfs: Connection refused" >&2; exit 32');
    const { failures } = converge(sandbox(plain), folder, mount, params());
    expect(failures).toEqual([{ code: 32, output: 'mount.nfs: Connection refused\n' }]);
    expect(fstab()).not.toContain('pool');
  });

  test('where another one has mounted meanwhile, nothing is mounted over it', () => {
    const shell = sandbox(plain);
    const [drift] = mount.diff(params(), readHost(shell, mount.queries(params())));
    spawnSync('mount', ['-t', 'tmpfs', 'other', base]);
    expect((drift && closeDrift(shell, folder, mount, params(), drift))?.code).toBe(75);
    expect(spawnSync('umount', [base]).status).toBe(0);
    expect(isMounted()).toBe(false);
  });

  test('an fstab that changed meanwhile is not written, and nothing is mounted', () => {
    const shell = sandbox(plain);
    const [drift] = mount.diff(params(), readHost(shell, mount.queries(params())));
    writeFileSync(join(folder, 'fstab'), '# new\n');
    expect((drift && closeDrift(shell, folder, mount, params(), drift))?.code).toBe(75);
    expect([isMounted(), fstab()]).toEqual([false, '# new\n']);
  });
});
