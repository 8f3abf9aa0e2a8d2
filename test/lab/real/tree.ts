import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheRoot, digestOf, projectRoot, touchAndTidy, withLock } from '../cache.ts';
import { mustRun } from '../process.ts';

const script = join(projectRoot, 'test/lab/real/build.sh');

/** The disk with Debian's Nova and QEMU, made once and kept beside the lab's images: about 450 MB, half a minute and a download of 200 MB. */
export async function ensureTree(): Promise<string> {
  const root = join(cacheRoot(), 'real');
  await mkdir(root, { recursive: true });
  const name = await digestOf([script], []);
  const dir = join(root, name);
  await withLock(join(root, 'lock'), async () => {
    if (!existsSync(dir)) await build(join(root, 'draft'), dir);
    await touchAndTidy(root, name);
  });
  return join(dir, 'tree.raw');
}

async function build(draft: string, dir: string): Promise<void> {
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  await mustRun('sh', [script, draft], { env: { ...process.env, LC_ALL: 'C.UTF-8', TMPDIR: '/tmp' } });
  await rename(draft, dir);
}
