/** Disks of VMs that Nova's own code makes on a compute node, and what a guest reads from them. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { LabHost } from '../host.ts';
import { enter, nova } from './borrow.ts';
import { serve, sha256 } from './images.ts';
import type { RealImage } from './images.ts';
import { novaCache } from './nova.ts';
import { INSTANCES } from './vm.ts';

/** The path of a VM's disk. */
export const disk = (uuid: string, name = 'disk'): string => `${INSTANCES}/${uuid}/${name}`;
/** Runs a command of the tree as Nova's user. */
export const asNova = (host: LabHost, ...command: string[]): Promise<string> => host.sh(enter(nova, command));

/** SHA-256 of what a guest reads from a disk, with zeros left out; also of one that a VM has open. */
export async function through(host: LabHost, path: string): Promise<string> {
  const to = '/tmp/real/through';
  await host.sh(
    `echo 3 >/proc/sys/vm/drop_caches; ${enter('0:0', ['qemu-img', 'convert', '-U', '-O', 'qcow2', path, to])}`,
  );
  return (await host.sh(`sha256sum <${to}; rm ${to}`)).slice(0, 64);
}

/** Has Nova make a VM's disk from an image, which it gets as if from Glance; `size` in bytes. Gives the VM's id. */
export async function novaVm(host: LabHost, image: RealImage, size?: number): Promise<string> {
  const instance = randomUUID();
  const served = await serve(host, image);
  await novaCache(host, { instance, image: image.id, served, ...(size === undefined ? {} : { size }) });
  return instance;
}

/**
 * Has Nova make a VM's disk from an image of the pool, without Glance, and checks what its guest reads. Gives what should be
 * the same on every node: the image, the format of its base file, and that file's SHA-256.
 */
export const newVm = async (host: LabHost, image: RealImage): Promise<string> => {
  const instance = randomUUID();
  const made = await novaCache(host, { instance, image: image.id });
  expect(made).toMatchObject({ backend: 'Qcow2', fetched: false });
  await asNova(host, 'qemu-img', 'convert', '-O', 'raw', disk(instance), '/tmp/real/new');
  expect((await host.sh('sha256sum </tmp/real/new; rm /tmp/real/new')).slice(0, 64)).toBe(
    sha256(image.content),
  );
  return `${image.id} ${made.backing_fmt ?? ''} ${(await host.sh(`sha256sum <${image.base}`)).slice(0, 64)}`;
};
