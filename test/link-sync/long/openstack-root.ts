import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheRoot, withLock } from '../../lab/cache.ts';

const packages = ['glance-api', 'keystone', 'ca-certificates'];

/** A folder with Debian 12, Glance and Keystone, made once and kept beside the lab's images; null where it cannot be made. */
export async function openstackRoot(): Promise<string | null> {
  if (spawnSync('mmdebstrap', ['--version']).status !== 0) return null;
  mkdirSync(cacheRoot(), { recursive: true });
  const root = join(cacheRoot(), 'openstack-bookworm');
  return withLock(`${root}.lock`, async () => {
    if (existsSync(root)) return root;
    const half = `${root}.half`;
    await rm(half, { recursive: true, force: true });
    const { status, stderr } = spawnSync(
      'mmdebstrap',
      [
        ...['--quiet', '--variant=minbase', '--format=directory', `--include=${packages.join(',')}`],
        ...['--dpkgopt=path-exclude=/usr/share/doc/*', '--dpkgopt=path-exclude=/usr/share/locale/*'],
        ...['--dpkgopt=path-exclude=/usr/share/man/*', 'bookworm', half],
      ],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`mmdebstrap: ${stderr.slice(-2000)}`);
    await rename(half, root);
    return root;
  });
}
