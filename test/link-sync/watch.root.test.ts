import { spawnSync, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  closeSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Rig, command, ended, inode, script, sha1, until, uuid } from './rig.ts';

const ID = uuid(1);

/** Runs --watch under a small service manager that records the messages it gets. */
const manager = `
import os, socket, subprocess, sys
channel = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
channel.bind(sys.argv[1])
child = subprocess.Popen(sys.argv[2:], env=dict(os.environ, NOTIFY_SOCKET=sys.argv[1], WATCHDOG_USEC='600000'))
seen = []
channel.settimeout(10)
while seen.count('WATCHDOG=1') < 3 or not any(m.startswith('READY=1') for m in seen):
    seen.append(channel.recv(4096).decode())
print('linked' if os.path.exists(os.environ['LINK']) else 'not linked')
child.terminate()
print(child.wait())
while True:
    message = channel.recv(4096).decode()
    if message == 'STOPPING=1':
        print(message)
        break
`;

/** A copy into the pool as nova makes it. In a sticky folder only the owner of a file can remove its name. */
const novaCopies = `
import os
os.setgroups([]), os.setgid(64060), os.setuid(64060), os.umask(0o027)
os.close(os.open('.x.part', os.O_CREAT))
os.link('.x.part', 'swap_512')
os.unlink('.x.part')
`;

/** How often a process has called read; each round of the loop does at least twice, so a loop that spins calls it thousands of times. */
function readsOf({ pid }: ChildProcess): number {
  return Number(/^syscr: (\d+)$/m.exec(readFileSync(`/proc/${pid ?? 'self'}/io`, 'utf8'))?.[1]);
}

describe('--watch', () => {
  test('links by its own clock, settle after the last change; ends cleanly on SIGTERM', async () => {
    const rig = new Rig({ settle: 0.6, interval: 3600 });
    const child = rig.watch();
    await until('first pass', () => existsSync(rig.state));
    const path = rig.put(ID, 'raw');
    utimesSync(path, 1, 1);
    const took = await until('link', () => existsSync(rig.linkOf(ID)));
    expect(took).toBeGreaterThan(590);
    expect(statSync(path)).toMatchObject({ uid: 64055, gid: 36 });
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(0);
    expect(rig.status()).toMatchObject({ healthy: true, counts: { linked: 1 } });
  });

  test('does nothing while the folder is away, also with an image that is due', async () => {
    const rig = new Rig({ settle: 0.5, interval: 60 });
    const child = rig.watch();
    await until('first pass', () => existsSync(rig.state));
    rig.put(ID, 'raw');
    renameSync(rig.images, `${rig.images}.away`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const before = readsOf(child);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(readsOf(child) - before).toBeLessThan(50);
  });

  test('an upload is linked when its writer closes it, not before', async () => {
    const rig = new Rig({ settle: 0.2, interval: 0.3 });
    rig.watch();
    await until('first pass', () => existsSync(rig.state));
    const fd = openSync(join(rig.images, ID), 'w');
    writeSync(fd, 'half of it');
    await until('seen as open', () =>
      rig.status().images.some((image) => image.reason.includes('open for writing')),
    );
    expect(existsSync(rig.linkOf(ID))).toBe(false);
    writeSync(fd, ', the other half');
    closeSync(fd);
    await until('link', () => existsSync(rig.linkOf(ID)));
  });

  test('READY comes after the first pass; then heartbeats; then STOPPING', () => {
    const rig = new Rig({ settle: 0.5 });
    rig.put(ID, 'raw');
    const { stdout } = spawnSync(
      'python3',
      ['-c', manager, join(rig.root, 'notify'), script, '--watch', '--config', rig.config],
      { encoding: 'utf8', env: { ...process.env, LINK: rig.linkOf(ID) } },
    );
    expect(stdout.split('\n')).toEqual(['linked', '0', 'STOPPING=1', '']);
  });

  test('changed modes are corrected, removed links come back, both without a full pass', async () => {
    const rig = new Rig({ settle: 0.1, interval: 60 });
    const path = rig.put(ID, 'raw');
    rig.watch();
    await until('link', () => existsSync(rig.linkOf(ID)));
    chmodSync(path, 0o600);
    await until('mode', () => (statSync(path).mode & 0o777) === 0o644);
    unlinkSync(rig.linkOf(ID));
    await until('link again', () => existsSync(rig.linkOf(ID)));
    expect(inode(rig.linkOf(ID))).toBe(inode(path));
  });

  test('an adopted file gets its owner as soon as it has its name, yet nova can remove the temporary one', async () => {
    const rig = new Rig({ adopted: ['swap_512'], interval: 60 });
    chmodSync(rig.root, 0o755);
    rig.watch();
    await until('first pass', () => existsSync(rig.state));
    const { status, stderr } = spawnSync('python3', ['-c', novaCopies], { cwd: rig.cache, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const path = join(rig.cache, 'swap_512');
    await until('owner', () => statSync(path).uid === 64055);
    await until('status', () => rig.status().counts.adopted === 1);
    expect(statSync(path).mode & 0o7777).toBe(0o644);
    chmodSync(path, 0o600);
    await until('mode', () => (statSync(path).mode & 0o7777) === 0o644);
    unlinkSync(path);
    await until('gone', () => rig.status().counts.adopted === 0);
  });

  test('an adopted file that comes while its image settles ends the waiting: the loop does not spin', async () => {
    const rig = new Rig({ adopted: [sha1(ID)], settle: 1, interval: 60 });
    rig.put(ID, 'raw');
    const watch = rig.watch();
    await until('first pass', () => existsSync(rig.state));
    writeFileSync(rig.linkOf(ID), 'of a compute node');
    await until('status', () => rig.status().counts.adopted === 1);
    // until long after the moment at which the image would have settled
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const before = readsOf(watch);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(readsOf(watch) - before).toBeLessThan(50);
  });

  test('folders that are replaced or away for a while lose no image', async () => {
    const rig = new Rig({ settle: 0.1, interval: 0.3 });
    rig.watch();
    await until('first pass', () => existsSync(rig.state));
    renameSync(rig.images, `${rig.images}.away`);
    await until('unhealthy', () => !rig.status().healthy);
    expect(existsSync(rig.images)).toBe(false);
    mkdirSync(rig.images);
    rig.put(ID, 'raw');
    await until('link', () => existsSync(rig.linkOf(ID)));
    renameSync(rig.cache, `${rig.cache}.away`);
    mkdirSync(rig.cache);
    await until('link in the new cache', () => existsSync(rig.linkOf(ID)));
    rmSync(rig.images, { recursive: true });
    renameSync(`${rig.images}.away`, rig.images);
    rig.put(uuid(2), 'raw');
    await until('second link', () => existsSync(rig.linkOf(uuid(2))));
    await until('healthy', () => rig.status().healthy);
  });

  test('a large image is written to the disk in the background, then linked; a small one does not wait for it', async () => {
    const rig = new Rig({ settle: 0.2, interval: 60 });
    rig.watch();
    await until('first pass', () => existsSync(rig.state));
    rig.put(ID, Buffer.alloc(80 << 20, 'x'));
    rig.put(uuid(2), 'raw');
    await until('links', () => existsSync(rig.linkOf(ID)) && existsSync(rig.linkOf(uuid(2))));
    expect(inode(rig.linkOf(ID))).toBe(inode(join(rig.images, ID)));
  });

  test.each([
    ['open for writing is left alone', false],
    ['finished is written to the disk before it has settled', true],
  ])('a large image that is %s', (_, closed) => {
    const rig = new Rig({ settle: 1000 });
    const path = rig.put(ID, Buffer.alloc(40 << 20, 'x'));
    const story = `
import os, sys, threading, harness
module, woken = harness.load(), threading.Event()
config = module.load_config(sys.argv[1])
flusher = module.Flusher(wake=woken.set)
linker = module.Linker(config, module.SettleByClock(config.settle), module.Log(config.log), flusher=flusher)
writer = None if sys.argv[3] == 'true' else open(sys.argv[2], 'r+b')
for _ in range(2):
    with module.Folders(config) as folders:
        linker.full_pass(folders)
    if not writer: woken.wait(60)
print(sorted(flusher.take_names()), linker.catalog.images['${ID}'].reason, len(flusher.running))`;
    const { stdout, stderr } = spawnSync('python3', ['-c', story, rig.config, path, String(closed)], {
      encoding: 'utf8',
      env: { ...process.env, PYTHONPATH: import.meta.dirname, PYTHONDONTWRITEBYTECODE: '1' },
    });
    expect([stderr, stdout]).toEqual([
      '',
      `[${closed ? `'${ID}'` : ''}] it changed less than 1000 s ago 0\n`,
    ]);
  });

  test('its file system can be unmounted; a file system that is mounted later is processed', () => {
    const rig = new Rig({ settle: 0.1, interval: 0.3 });
    const [program, args] = command('--watch', '--config', rig.config);
    const story = `
      mounted() { mount -t tmpfs pool "$1" && mkdir "$1/images" "$1/imagecache"; }
      link() { n=0; while [ ! -e "$1" ]; do n=$((n+1)); [ $n -lt 600 ] || exit 1; sleep 0.05; done; }
      cd "$1" && shift && mkdir pool && mounted pool || exit 9
      (cd / && exec "$@" 2>/dev/null) & watch=$!
      echo raw > pool/images/${ID}; link pool/imagecache/${sha1(ID)}; echo first
      umount pool && echo unmounted; sleep 0.5
      mounted pool; echo raw > pool/images/${uuid(2)}; link pool/imagecache/${sha1(uuid(2))}; echo second
      kill $watch; wait $watch; echo $?`;
    rig.configure({
      images: join(rig.root, 'pool/images'),
      cache: join(rig.root, 'pool/imagecache'),
      settle: 0.1,
      interval: 0.3,
    });
    const { stdout } = spawnSync(
      'unshare',
      ['--mount', 'sh', '-c', story, 'sh', rig.root, program, ...args],
      {
        encoding: 'utf8',
      },
    );
    expect(stdout.split('\n')).toEqual(['first', 'unmounted', 'second', '0', '']);
  });

  test('a burst of images is linked', async () => {
    const rig = new Rig({ settle: 0.2, interval: 60 });
    rig.watch();
    await until('first pass', () => existsSync(rig.state));
    const ids = Array.from({ length: 800 }, (_, n) => uuid(n));
    ids.forEach((id) => rig.put(id, 'raw'));
    await until('all', () => ids.every((id) => existsSync(rig.linkOf(id))));
    await until('status', () => rig.status().counts.linked === 800);
  });

  test('a missing folder at the start is an error', async () => {
    const rig = new Rig();
    rmSync(rig.images, { recursive: true });
    expect(await ended(rig.watch())).toBe(1);
  });

  test('two never run at the same time: the second one says so, and in the cron form ends without a message', async () => {
    const rig = new Rig({ settle: 0.1 });
    rig.watch();
    await until('first pass', () => existsSync(rig.state));
    expect(rig.once()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('another link-sync') as string,
    });
    expect(rig.run('--watch').code).toBe(1);
    expect(rig.run('--watch', '--cron')).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('the cron form restarts when script or configuration change', async () => {
    const rig = new Rig({ settle: 0.1, interval: 0.2, hold: [sha1(ID)] });
    const child = rig.watch({}, ['--cron']);
    rig.put(ID, 'raw');
    await until('held', () => rig.status().images.some((image) => image.reason.startsWith('on hold')));
    rig.configure({ settle: 0.1, interval: 0.2 });
    await until('link', () => existsSync(rig.linkOf(ID)));
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(0);
  });

  test('SIGTERM in the middle of a long pass ends it between two images', async () => {
    const rig = new Rig({ settle: 0 });
    const ids = Array.from({ length: 3000 }, (_, n) => uuid(n));
    ids.forEach((id) => rig.put(id, 'raw'));
    const child = rig.watch();
    await until('first links', () => readdirSync(rig.cache).length > 0);
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(0);
    expect(readdirSync(rig.cache).length).toBeLessThan(ids.length);
    expect(rig.status().counts.linked).toBe(readdirSync(rig.cache).length);
  });

  test('killed at any moment, the next one continues', async () => {
    const rig = new Rig({ settle: 0.1, interval: 0.2 });
    const ids = Array.from({ length: 300 }, (_, n) => uuid(n));
    ids.forEach((id) => rig.put(id, 'raw'));
    for (let round = 0; round < 4; round++) {
      const child = rig.watch();
      await until('some links', () => ids.filter((id) => existsSync(rig.linkOf(id))).length > round * 60);
      child.kill('SIGKILL');
      await ended(child);
    }
    rig.watch();
    await until('all', () => ids.every((id) => existsSync(rig.linkOf(id))));
    for (const id of ids) expect(inode(rig.linkOf(id))).toBe(inode(join(rig.images, id)));
  });

  test('runs alone, from any place', () => {
    const rig = new Rig();
    rig.put(ID, 'raw');
    copyFileSync(script, join(rig.root, 'copy'));
    const { status } = spawnSync('python3', [
      '-I',
      '-S',
      join(rig.root, 'copy'),
      '--once',
      '--config',
      rig.config,
    ]);
    expect(status).toBe(0);
    expect(existsSync(rig.linkOf(ID))).toBe(true);
  });
});
