import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../cache.ts';
import type { LabHost } from '../host.ts';
import { quote } from '../../../src/shell/quote.ts';

const scripts = join(projectRoot, 'test/lab/real/host');

/** Lets a compute node use the borrowed tree. What it leaves on the host is all under /run/real and /tmp/real. */
export async function borrow(host: LabHost): Promise<void> {
  await host.sh(
    'mkdir -p /run/real /tmp/real && chmod 777 /tmp/real && echo 1 >/sys/bus/pci/rescan && udevadm settle && test -b /dev/vdb',
  );
  for (const name of readdirSync(scripts))
    await host.sh(`cat >/run/real/${name}`, { stdin: readFileSync(join(scripts, name)) });
}

/** Shell text that runs a command in the tree; `user` as `uid:gid`, which may be shell text too. */
export const enter = (user: string, command: readonly string[]): string =>
  `sh /run/real/enter.sh ${user} ${command.map((word) => quote(word)).join(' ')}`;

/** Nova's user, and the one that libvirt gives to QEMU, as the lab's compute nodes have them. */
export const nova = '64060:64060';
export const hypervisor = '64055:$(id -g libvirt-qemu)';
