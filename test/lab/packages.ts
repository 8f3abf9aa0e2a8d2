import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { mustRun } from './process.ts';
import type { Narrate } from './snapshot.ts';

/** Programs that the lab uses, and the Debian packages that they come in. */
const needs = {
  'qemu-system-x86_64': 'qemu-system-x86',
  'qemu-img': 'qemu-utils',
  vde_switch: 'vde2',
  mmdebstrap: 'mmdebstrap',
  'mkfs.ext4': 'e2fsprogs',
  'ssh-keygen': 'openssh-client',
  setpriv: 'util-linux',
  flock: 'util-linux',
} as const;

const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin'];

function installed(program: string): boolean {
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Installs with apt what the lab lacks on this machine. Throws, naming the packages, where that cannot be done. */
export async function ensurePackages(narrate: Narrate = () => undefined): Promise<void> {
  const lacking = Object.entries(needs).filter(([program]) => !installed(program));
  if (lacking.length === 0) return;
  const packages = [...new Set(lacking.map(([, name]) => name)), 'debian-archive-keyring'];
  if (process.getuid?.() !== 0 || !installed('apt-get')) {
    throw new Error(`the lab needs these Debian packages, and root to install them: ${packages.join(' ')}`);
  }
  narrate(`installing ${packages.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await mustRun('apt-get', ['-q', 'update'], { env });
  await mustRun('apt-get', ['-q', '-y', '--no-install-recommends', 'install', ...packages], { env });
}
