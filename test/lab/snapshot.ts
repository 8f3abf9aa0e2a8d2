/** The snapshots that lab hosts start from: a booted Debian, and the same with a role's packages installed. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheRoot, digestOf, projectRoot, touchAndTidy, withLock } from './cache.ts';
import { setClock } from './identity.ts';
import { freePort, hostsFile } from './network.ts';
import type { Role } from './network.ts';
import { mustRun } from './process.ts';
import { makeRunDir } from './rundir.ts';
import { Switch } from './switch.ts';
import { Vm, qemuArguments } from './vm.ts';
import type { VmSpec } from './vm.ts';

/** What a lab host starts from: a booted machine, as a disk and a saved memory. These files never change. */
export interface Snapshot {
  readonly dir: string;
  readonly disk: string;
  readonly memory: string;
  readonly kernel: string;
  readonly initrd: string;
  /** the private key for every host's root account; its public half is `${keyFile}.pub` */
  readonly keyFile: string;
  /** Debian's own nova-compute files */
  readonly novaDir: string;
}

/** Safety nets for a machine that is busy. */
const BOOT_TIMEOUT_MS = 300_000;
const INSTALL_TIMEOUT_MS = 900_000;

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

/** Called with what a long step is about to do. */
export type Narrate = (text: string) => void;

/** The snapshot of a booted Debian. It is made now if this machine has none for the present code; other processes wait for it. */
export async function ensureSnapshot(narrate: Narrate = () => undefined): Promise<Snapshot> {
  const root = cacheRoot();
  await mkdir(root, { recursive: true });
  const files = (await readdir(imageDir)).sort().map((name) => join(imageDir, name));
  const qemu = await mustRun('qemu-system-x86_64', ['--version']);
  const nowhere = { dir: '', disk: '', kernel: '', initrd: '', sshPort: 0, mac: '', switchDir: '' };
  const shape = qemuArguments(nowhere);
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

/** mmdebstrap needs a plain locale; everything else of the caller's environment may matter (proxies). */
const buildEnvironment = (): NodeJS.ProcessEnv => ({ ...process.env, LC_ALL: 'C.UTF-8', TMPDIR: '/tmp' });

/** The packages that the playbooks install on a host of each role. */
const ROLE_PACKAGES: Readonly<Record<Role, string>> = {
  backend: 'nfs-kernel-server python3',
  compute: 'nfs-common',
};

/**
 * Installs a role's packages. The NFS server is stopped, because it knows its host by the name that it had at the start;
 * a run of fastboot starts it, as it does after installing it.
 */
const installScript = (role: Role): string => `set -e
export DEBIAN_FRONTEND=noninteractive
apt-get -q -y --no-install-recommends install ${ROLE_PACKAGES[role]}
${role === 'backend' ? 'systemctl stop nfs-server' : ''}
sync`;

/** A snapshot of the same machine with a role's packages installed: installing them takes a minute on a host without KVM. */
export async function ensureInstalled(role: Role, narrate: Narrate = () => undefined): Promise<Snapshot> {
  const base = await ensureSnapshot(narrate);
  const script = installScript(role);
  const name = `${role}-${await digestOf([], [script])}`;
  const installed: Snapshot = {
    ...base,
    disk: join(base.dir, name, 'installed.qcow2'),
    memory: join(base.dir, name, 'memory'),
  };
  await withLock(join(base.dir, `${role}.lock`), async () => {
    if (existsSync(join(base.dir, name))) return;
    narrate(`installing the packages of a ${role}`);
    const draft = join(base.dir, `${role}.draft`);
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft);
    await install(
      { ...base, disk: join(draft, 'installed.qcow2') },
      base.memory,
      join(draft, 'memory'),
      script,
    );
    await rename(draft, join(base.dir, name));
  });
  return installed;
}

/** Resumes a machine from a memory, runs a script, and saves its memory again. Its disk must not exist yet. */
async function install(snapshot: Snapshot, from: string, to: string, script: string): Promise<void> {
  await createOverlay(snapshot.disk, '../booted.qcow2', 'qcow2');
  await withMachine(snapshot, from, async (vm) => {
    await vm.agent.ready(BOOT_TIMEOUT_MS);
    const { code, stdout, stderr } = await vm.agent.exec(`${setClock()}\n${script}`, {
      timeout: INSTALL_TIMEOUT_MS,
    });
    if (code !== 0) throw new Error(`the packages could not be installed:\n${stdout}${stderr}`);
    await vm.suspendTo(to);
  });
}

async function bootOnce(snapshot: Snapshot): Promise<void> {
  await createOverlay(snapshot.disk, 'disk.raw', 'raw');
  await withMachine(snapshot, undefined, async (vm) => {
    await vm.agent.ready(BOOT_TIMEOUT_MS);
    // each host starts sshd again, with its own keys
    const settled = await vm.agent.exec(
      'systemctl is-system-running --wait; systemctl --failed --no-legend; systemctl stop ssh; rm -f /etc/ssh/ssh_host_*; sync',
    );
    if (!settled.stdout.startsWith('running'))
      throw new Error(`the image does not boot well:\n${settled.stdout}`);
    await vm.suspendTo(snapshot.memory);
  });
}

/** A new disk over another one, which is named relative to it, so that the folder of both can be moved. */
export async function createOverlay(disk: string, below: string, format: 'raw' | 'qcow2'): Promise<void> {
  await mustRun('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', format, '-b', below, disk]);
}

/** Runs a machine on a snapshot's disk while `work` lasts. */
async function withMachine(
  snapshot: Snapshot,
  resumeFrom: string | undefined,
  work: (vm: Vm) => Promise<void>,
): Promise<void> {
  const runDir = await makeRunDir();
  const storage = await Switch.start(runDir);
  const spec: VmSpec = {
    ...snapshot,
    dir: runDir,
    sshPort: await freePort(),
    mac: '52:54:00:11:00:ff',
    switchDir: storage.dir,
    ...(resumeFrom === undefined ? {} : { resumeFrom }),
  };
  const vm = await Vm.start(spec);
  try {
    await work(vm);
  } finally {
    await vm.kill();
    await storage.close();
    await rm(runDir, { recursive: true });
  }
}
