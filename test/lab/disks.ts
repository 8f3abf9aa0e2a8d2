import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { makeOverlay } from '../formats/disk/images.ts';
import type { LabHost } from './host.ts';

const INSTANCES = '/var/lib/nova/instances';

/** Gives a compute node a VM's disk: a real qcow2 overlay, made here by qemu-img, on a raw base file of the node. */
export async function putDisk(host: LabHost, uuid: string, base: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fastboot-disk-'));
  try {
    const file = join(folder, 'disk');
    makeOverlay(file, { version: 3, clusterBits: 16, size: 2 ** 20, backing: base, format: 'raw' });
    const text = gzipSync(readFileSync(file)).toString('base64');
    await host.sh(
      `mkdir -p ${INSTANCES}/${uuid} && echo ${text} | base64 -d | gunzip >${INSTANCES}/${uuid}/disk && chown -R nova:nova ${INSTANCES}/${uuid}`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
