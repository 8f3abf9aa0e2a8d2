import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { diskHeader } from '../../src/facts/disk-header.ts';
import { fileDigest } from '../../src/facts/file-digest.ts';
import { fileId } from '../../src/facts/file-id.ts';
import { folderFiles } from '../../src/facts/folder-files.ts';
import { instanceDisks } from '../../src/facts/instance-disks.ts';
import { openFiles } from '../../src/facts/open-files.ts';
import { shells } from '../shell/shells.ts';
import { makeOverlay } from '../formats/disk/images.ts';
import { answer as readAnswer, ask } from './read.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fastboot disks-'));
  mkdirSync(join(folder, '_base'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const UUIDS = ['11111111-0000-4000-8000-000000000001', "it's a vm", '-n', 'new\nline'];

/** Lets a script believe in one more mount. */
function withMount(at: string) {
  const line = `999 1 0:99 / ${at.replaceAll(' ', '\\040')} rw - nfs4 server:/x rw`;
  return (script: string) =>
    script.replace('$(cat /proc/self/mountinfo)', `$(cat /proc/self/mountinfo; printf '%s\\n' '${line}')`);
}

describe.each(shells)('$name', (shell) => {
  test('disks of VMs and base files, however they are named, with their headers', () => {
    const base = join(folder, '_base', 'b'.repeat(40));
    writeFileSync(base, '');
    truncateSync(base, 2 ** 20);
    for (const uuid of UUIDS) {
      mkdirSync(join(folder, uuid));
      makeOverlay(join(folder, uuid, 'disk'), {
        version: 3,
        clusterBits: 16,
        size: 2 ** 20,
        backing: base,
        format: 'raw',
      });
      writeFileSync(join(folder, uuid, 'console.log'), 'x'.repeat(5000));
    }
    mkdirSync(join(folder, 'snapshots/tmp1'), { recursive: true });
    writeFileSync(join(folder, 'snapshots/tmp1/.change'), 'tiny');
    symlinkSync('/etc/passwd', join(folder, UUIDS[0] ?? '', 'disk.local'));
    const [answer] = ask(shell, instanceDisks, [{ instances: folder }]);
    expect(answer).toMatchObject({ kind: 'folder', real: folder, complete: true });
    expect(answer?.files.map(({ path }) => path).sort()).toEqual(
      [`_base/${'b'.repeat(40)}`, 'snapshots/tmp1/.change', ...UUIDS.map((uuid) => `${uuid}/disk`)].sort(),
    );
    for (const uuid of UUIDS)
      expect(answer?.files.find(({ path }) => path === `${uuid}/disk`)?.reading).toMatchObject({
        kind: 'disk',
        format: 'qcow2',
        backing: { name: base, format: 'raw' },
      });
    expect(answer?.files.find(({ path }) => path.endsWith('.change'))).toMatchObject({
      size: 4,
      reading: { format: 'raw' },
    });
    expect(answer?.skipped).toEqual([{ path: `${UUIDS[0] ?? ''}/disk.local`, what: 'a symbolic link' }]);
  });

  test('disks: what is on the network is not touched', () => {
    mkdirSync(join(folder, 'vm/mounted'), { recursive: true });
    writeFileSync(join(folder, 'vm/mounted/disk'), 'x');
    writeFileSync(join(folder, '_base/x'), 'x');
    const question = [{ instances: folder }];
    expect(ask(shell, instanceDisks, question, withMount(folder))[0]).toMatchObject({
      kind: 'remote',
      complete: false,
    });
    const inside = ask(shell, instanceDisks, question, withMount(join(folder, 'vm/mounted')))[0];
    expect(inside?.skipped).toEqual([{ path: 'vm/mounted', what: 'a network mount' }]);
    expect(inside?.files.map(({ path }) => path)).toEqual(['_base/x']);
    const base = ask(shell, instanceDisks, question, withMount(join(folder, '_base')))[0];
    expect(base?.skipped).toEqual([]);
    expect(base?.files.map(({ path }) => path)).toEqual(['vm/mounted/disk']);
  });

  test('disks: folders that are not there, several at once', () => {
    const answers = ask(shell, instanceDisks, [{ instances: join(folder, 'no') }, { instances: folder }]);
    expect(answers).toMatchObject([
      { kind: 'absent', complete: true },
      { kind: 'folder', files: [], complete: true },
    ]);
  });

  test('one header, from as many bytes as are asked for', () => {
    const path = join(folder, 'overlay');
    makeOverlay(path, { version: 3, clusterBits: 16, size: 2 ** 20, backing: '/x', format: 'qcow2' });
    symlinkSync('overlay', join(folder, 'link'));
    const answers = ask(shell, diskHeader, [
      { path, bytes: 200 },
      { path: join(folder, 'link'), bytes: 2048 },
      { path, bytes: 2048 },
      { path: join(folder, 'no'), bytes: 2048 },
    ]);
    expect(answers).toMatchObject([
      { reading: { kind: 'short' } },
      null,
      { reading: { backing: { name: '/x', format: 'qcow2' } } },
      null,
    ]);
  });

  test('which file a path leads to', () => {
    const path = join(folder, "it's\nhere");
    writeFileSync(path, '');
    linkSync(path, join(folder, 'hard'));
    symlinkSync("it's\nhere", join(folder, 'soft'));
    symlinkSync('mounted/x', join(folder, 'away'));
    symlinkSync('circle', join(folder, 'circle'));
    mkdirSync(join(folder, 'mounted'));
    writeFileSync(join(folder, 'mounted/x'), '');
    const names = ["it's\nhere", 'hard', 'soft', 'no/such', 'circle', 'mounted/x', 'away'];
    const { dev: device, ino: inode } = statSync(path);
    const id = `${device}:${inode}`;
    expect(
      ask(
        shell,
        fileId,
        names.map((name) => ({ path: join(folder, name) })),
        withMount(join(folder, 'mounted')),
      ),
    ).toEqual([
      { kind: 'file', id, real: path },
      { kind: 'file', id, real: join(folder, 'hard') },
      { kind: 'file', id, real: path },
      { kind: 'absent' },
      { kind: 'absent' },
      { kind: 'remote', real: join(folder, 'mounted/x') },
      { kind: 'remote', real: join(folder, 'mounted/x') },
    ]);
  });

  test('an inode number of 64 bits stays exact', () => {
    const output = '@@file-id\nfile 66305 9223372036854775809 /x\n';
    expect(readAnswer(fileId, [{ path: '/x' }], output)).toEqual([
      { kind: 'file', id: '66305:9223372036854775809', real: '/x' },
    ]);
  });

  test('digests of whole files, and signs of life meanwhile', () => {
    const paths = ['plain', "it's", 'new\nline'].map((name) => join(folder, name));
    for (const path of paths) writeFileSync(path, path);
    const all = [...paths, join(folder, 'no'), folder].map((path) => ({ path }));
    expect(ask(shell, fileDigest, all)).toEqual([
      ...paths.map((path) => createHash('sha256').update(path).digest('hex')),
      null,
      null,
    ]);
    expect(ask(shell, fileDigest, all.slice(0, 1), withMount(folder))).toEqual([null]);
  });

  test('all files of a folder', () => {
    for (const name of ['a', 'b c', 'new\nline', '.hidden']) writeFileSync(join(folder, name), name);
    symlinkSync('a', join(folder, 'link'));
    const [answer, none, far] = [
      ...ask(shell, folderFiles, [{ path: folder }, { path: join(folder, 'no') }]),
      ...ask(shell, folderFiles, [{ path: folder }], withMount(folder)),
    ];
    expect(answer?.map(({ name, size }) => [name, size]).sort()).toEqual([
      ['.hidden', 7],
      ['a', 1],
      ['b c', 3],
      ['new\nline', 8],
    ]);
    expect([none, far]).toEqual([[], null]);
  });

  test('what running processes have open, and what they were started with', async () => {
    const base = join(folder, '_base', 'c'.repeat(40));
    const disk = join(folder, 'vm-1');
    writeFileSync(base, 'x');
    writeFileSync(disk, 'x');
    const qemu = join(folder, 'qemu-stand-in');
    writeFileSync(qemu, '#!/bin/sh\nread -r line\n');
    chmodSync(qemu, 0o755);
    const words = [
      '-object',
      'secret,id=s,data=hunter2',
      '-blockdev',
      `{"filename":"${disk}","driver":"file"}`,
    ];
    const child = spawn(qemu, words, { stdio: ['pipe', 'ignore', 'ignore', openSync(base, 'r')] });
    await once(child, 'spawn');
    const started = Date.now();
    let own: unknown;
    while (own === undefined && Date.now() < started + 60_000) {
      const [answer] = ask(shell, openFiles, [{ folder, seen: folder }]);
      expect(answer?.complete).toBe(true);
      expect(JSON.stringify(answer)).not.toContain('hunter2');
      own = answer?.users.find(({ pid, paths }) => pid === child.pid && paths.includes(disk));
    }
    child.kill();
    await once(child, 'exit');
    expect(own).toMatchObject({
      command: 'qemu-stand-in',
      paths: expect.arrayContaining([base, disk]) as unknown,
    });
    expect(
      ask(shell, openFiles, [{ folder, seen: folder }])[0]?.users.filter(({ pid }) => pid !== process.pid),
    ).toEqual([]);
  });

  test('open files below a _base that is a link to elsewhere; a folder that is not there', async () => {
    const real = mkdtempSync(join(tmpdir(), 'fastboot base-'));
    rmSync(join(folder, '_base'), { recursive: true });
    symlinkSync(real, join(folder, '_base'));
    writeFileSync(join(real, 'x'), 'x');
    const file = openSync(join(real, 'x'), 'r');
    const child = spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', 'ignore', file] });
    await once(child, 'spawn');
    closeSync(file);
    const [answer] = ask(shell, openFiles, [{ folder, seen: folder }]);
    child.kill();
    await once(child, 'exit');
    rmSync(real, { recursive: true });
    expect(answer?.users).toMatchObject([{ pid: child.pid, paths: [join(real, 'x')] }]);
    expect(ask(shell, openFiles, [{ folder: join(folder, 'no'), seen: join(folder, 'no') }])).toEqual([
      { users: [], hidden: [], complete: true },
    ]);
  });
});
