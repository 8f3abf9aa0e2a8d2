/** OpenStack's real code and QEMU, from Debian's packages: made once, and kept beside the lab's images. */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheRoot, digestOf, projectRoot, touchAndTidy, withLock } from '../cache.ts';
import { mustRun } from '../process.ts';

const script = join(projectRoot, 'test/lab/real/build.sh');

export interface Tree {
  /** an ext4 file system, for a host's second disk */
  readonly disk: string;
  /** the same as a folder on this machine, to run programs in by chroot */
  readonly folder: string;
}

/** Makes the tree, if there is none for the present script: half a minute, and a download of 250 MB. */
export async function ensureTree(): Promise<Tree> {
  const root = join(cacheRoot(), 'real');
  await mkdir(root, { recursive: true });
  const name = await digestOf([script], []);
  const dir = join(root, name);
  await withLock(join(root, 'lock'), async () => {
    if (!existsSync(dir)) await build(join(root, 'draft'), dir);
    await touchAndTidy(root, name);
  });
  return { disk: join(dir, 'tree.raw'), folder: join(dir, 'root') };
}

async function build(draft: string, dir: string): Promise<void> {
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  await mustRun('sh', [script, draft], { env: { ...process.env, LC_ALL: 'C.UTF-8', TMPDIR: '/tmp' } });
  await rename(draft, dir);
}
