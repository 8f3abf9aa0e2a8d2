/** Facts that look into mount namespaces, with real mounts and real namespaces. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { baseFiles } from '../../src/facts/base-files.ts';
import { novaContainer } from '../../src/facts/nova-container.ts';
import { parseAnswers, queryScript } from '../../src/facts/query.ts';
import { makeScene, shells } from './ask.ts';

describe.each(shells.map((shell) => ({ shell, name: shell.join(' ') })))('$name', ({ shell }) => {
  test('base files under a live mount are read, and the mount stays as it was', () => {
    const made = makeScene({ folders: ['/var/inst/_base'] });
    const inst = join(made.root, 'var/inst');
    writeFileSync(join(inst, '_base/below'), '');
    const line = `40 22 0:50 / ${inst}/_base rw - nfs4 h:/c rw`;
    // the mount table of the scene calls this tmpfs a network mount; all of it is in the test's own namespace
    const ask = baseFiles({ instances: inst });
    const script = queryScript([ask], 'abc').replace('$(cat /proc/self/mountinfo)', `'${line}'`);
    const run = `mount -n -t tmpfs none ${inst}/_base; touch ${inst}/_base/on-top; ${shell.join(' ')} -s; ls ${inst}/_base >&2`;
    const { stdout, stderr } = spawnSync('unshare', ['-m', 'sh', '-c', run], { input: script });
    expect(stderr.toString()).toBe('on-top\n');
    const answer = parseAnswers([ask], 'abc', stdout).read(ask);
    expect(answer).toMatchObject({ kind: 'mounted', complete: true, files: [{ name: 'below' }] });
  });

  test('nova-compute in a container: a process with its own root and mounts', () => {
    const query = novaContainer({});
    const folder = mkdtempSync(join(tmpdir(), 'fastboot-container-'));
    const root = join(folder, 'root');
    const volume = join(folder, 'a volume');
    for (const each of [volume, root, join(root, 'usr'), join(root, 'var/lib/nova')])
      mkdirSync(each, { recursive: true });
    for (const each of ['bin', 'lib', 'lib64']) symlinkSync(`usr/${each}`, join(root, each));
    writeFileSync(join(root, 'started'), '');
    // the program has the name nova-compute, as in kolla, where a script of that name is started
    const start = `mount --rbind /usr ${root}/usr && mount --bind "${volume}" ${root}/var/lib/nova &&
      cp "$(command -v sleep)" ${root}/nova-compute && exec chroot ${root} /nova-compute 60`;
    const child = spawn('unshare', ['-m', '--propagation', 'private', 'sh', '-c', start]);
    onTestFinished(() => {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true });
    });
    const name = () => readFileSync(`/proc/${child.pid}/comm`, 'utf8');
    for (const ends = Date.now() + 20_000; name() !== 'nova-compute\n' && Date.now() < ends;)
      execFileSync('sleep', ['0.05']);
    const output = execFileSync(shell[0], [...shell.slice(1), '-s'], {
      input: queryScript([query], 'abc'),
      env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
    });
    expect(parseAnswers([query], 'abc', output).read(query)).toMatchObject({
      running: true,
      binds: expect.arrayContaining([
        { path: '/var/lib/nova', source: volume, propagation: 'private' },
      ]) as unknown,
    });
  });
});
