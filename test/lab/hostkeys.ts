import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from './cache.ts';
import { mustRun } from './process.ts';

const keyTypes = ['ed25519', 'ecdsa', 'rsa'] as const;

/** The folder with a host's own ssh keys under `parent`, made on first use. They stay the same from run to run. */
export async function hostKeysDir(parent: string, name: string): Promise<string> {
  const dir = join(parent, 'hostkeys', name);
  await withLock(join(parent, 'hostkeys.lock'), async () => {
    if (existsSync(dir)) return;
    const draft = `${dir}.draft`;
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true });
    for (const type of keyTypes) {
      const file = join(draft, `ssh_host_${type}_key`);
      await mustRun('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', `root@${name}`, '-f', file]);
    }
    await rename(draft, dir);
  });
  return dir;
}

/** A host's lines for a known_hosts file; `address` is what stands there for it, such as `[127.0.0.1]:2222`. */
export async function knownHostsLines(keysDir: string, address: string): Promise<string> {
  const publicKeys = (await readdir(keysDir)).filter((name) => name.endsWith('.pub'));
  const keys = await Promise.all(publicKeys.map((name) => readFile(join(keysDir, name), 'utf8')));
  return keys.map((key) => `${address} ${key.trim()}\n`).join('');
}
