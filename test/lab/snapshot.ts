import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheRoot, digestOf, projectRoot, touchAndTidy, withLock } from './cache.ts';
import { freePort, hostsFile } from './network.ts';
import { mustRun } from './process.ts';
import { makeRunDir } from './rundir.ts';
import { Switch } from './switch.ts';
import { Vm, qemuArguments } from './vm.ts';
import type { VmSpec } from './vm.ts';

/** What every lab host starts from: a booted machine, as a disk and a saved memory. None of these files changes any more. */
export interface Snapshot {
  readonly dir: string;
  readonly disk: string;
  readonly memory: string;
  readonly kernel: string;
  readonly initrd: string;
  /** the private key that opens every host's root account; its public half is `${keyFile}.pub` */
  readonly keyFile: string;
  /** Debian's own nova-compute files */
  readonly novaDir: string;
}

const imageDir = join(projectRoot, 'test/lab/image');

const snapshotIn = (dir: string): Snapshot => ({
  dir,
  disk: join(dir, 'booted.qcow2'),
  memory: join(dir, 'memory'),
  kernel: join(dir, 'vmlinuz'),
  initrd: join(dir, 'initrd'),
  keyFile: join(dir, 'key'),
  novaDir: join(dir, 'nova'),
});

/** Told what a long step is about to do. */
export type Narrate = (text: string) => void;

/** Gives the snapshot, made now if this machine has none that fits the lab's code. One process makes it, others wait for it. */
export async function ensureSnapshot(narrate: Narrate = () => undefined): Promise<Snapshot> {
  const root = cacheRoot();
  await mkdir(root, { recursive: true });
  const files = (await readdir(imageDir)).sort().map((name) => join(imageDir, name));
  const qemu = await mustRun('qemu-system-x86_64', ['--version']);
  const shape = qemuArguments({
    dir: '',
    disk: '',
    kernel: '',
    initrd: '',
    sshPort: 0,
    mac: '',
    switchDir: '', // prettier-ignore
  });
  const name = await digestOf(files, [qemu, ...shape, hostsFile()]);
  const dir = join(root, name);
  await withLock(join(root, 'lock'), async () => {
    if (!existsSync(dir)) await build(root, name, narrate);
    await touchAndTidy(root, name);
  });
  return snapshotIn(dir);
}

async function build(root: string, name: string, narrate: Narrate): Promise<void> {
  const draft = join(root, 'draft');
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft);
  await mustRun('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'lab', '-f', join(draft, 'key')]);
  await writeFile(join(draft, 'hosts'), hostsFile());
  narrate('making a Debian disk image');
  const log = await mustRun('sh', [join(imageDir, 'build.sh'), draft], { env: buildEnvironment() });
  await writeFile(join(draft, 'build.log'), log);
  narrate('booting it once, to keep its memory');
  await bootOnce(snapshotIn(draft));
  // a disk's backing file is named relative to it, so the folder can move
  await rename(draft, join(root, name));
}

/** mmdebstrap refuses odd umasks and locales; everything else of the caller's environment may matter (proxies). */
const buildEnvironment = (): NodeJS.ProcessEnv => ({ ...process.env, LC_ALL: 'C.UTF-8', TMPDIR: '/tmp' });

async function bootOnce(snapshot: Snapshot): Promise<void> {
  await mustRun('qemu-img', [
    'create',
    '-q',
    '-f',
    'qcow2',
    '-F',
    'raw',
    '-b',
    'disk.raw',
    snapshot.disk, // prettier-ignore
  ]);
  const runDir = await makeRunDir();
  const storage = await Switch.start(runDir);
  const spec: VmSpec = {
    ...snapshot,
    sshPort: await freePort(),
    mac: '52:54:00:11:00:ff',
    switchDir: storage.dir,
  };
  const vm = await Vm.start(spec);
  try {
    await vm.agent.ready(180_000);
    // sshd starts again on each host with that host's own keys
    const settled = await vm.agent.exec(
      'systemctl is-system-running --wait; systemctl --failed --no-legend; systemctl stop ssh; rm -f /etc/ssh/ssh_host_*; sync',
    );
    if (!settled.stdout.startsWith('running'))
      throw new Error(`the image does not boot well:\n${settled.stdout}`);
    await vm.suspendTo(snapshot.memory);
  } finally {
    await vm.kill();
    await storage.close();
    await rm(runDir, { recursive: true });
  }
}
