import { createCipheriv, createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { qemuImg } from '../../formats/disk/images.ts';
import type { LabHost } from '../host.ts';
import type { Served } from './nova.ts';
import { BASE } from './vm.ts';

export const IMAGES = '/var/lib/glance/images';

/** An image as Glance would have it. */
export interface RealImage {
  readonly id: string;
  readonly format: Served['format'];
  /** the image's file */
  readonly file: Buffer;
  /** what a guest reads from it */
  readonly content: Buffer;
  /** its name in `_base` */
  readonly base: string;
}

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Bytes that look random and are the same for the same word. */
function noise(word: string, size: number): Buffer {
  const key = createHash('sha256').update(word).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));
}

export function makeImage(format: Served['format'], size = 2 ** 21): RealImage {
  const id = randomUUID();
  const content = noise(id, size);
  return {
    id,
    format,
    content,
    file: format === 'raw' ? content : toQcow2(content),
    base: `${BASE}/${baseName(id)}`,
  };
}

export const baseName = (image: string): string => createHash('sha1').update(image).digest('hex');

function toQcow2(content: Buffer): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'fastboot-image-'));
  try {
    const [raw, qcow2] = [join(folder, 'raw'), join(folder, 'qcow2')];
    writeFileSync(raw, content);
    qemuImg('convert', '-f', 'raw', '-O', 'qcow2', raw, qcow2);
    return readFileSync(qcow2);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Puts an image into Glance's folder, as Glance does. */
export async function upload(backend: LabHost, image: RealImage): Promise<void> {
  const path = `${IMAGES}/${image.id}`;
  const give = `chown glance:glance ${path} && chmod 640 ${path} && touch -d '1 hour ago' ${path}`;
  await backend.sh(`cat >${path} && ${give}`, { stdin: image.file });
}

/** Puts an image where Nova on a compute node can have it instead of from Glance. */
export async function serve(host: LabHost, image: RealImage): Promise<Served> {
  const file = `/tmp/real/${image.id}`;
  await host.sh(`cat >${file}`, { stdin: image.file });
  return { file, format: image.format };
}
