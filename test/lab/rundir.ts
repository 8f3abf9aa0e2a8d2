import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const parent = '/tmp';

/** A folder for the files of one running lab. It is short, because names of sockets in it have to be (108 bytes). */
export async function makeRunDir(): Promise<string> {
  await removeOrphans();
  const dir = join(parent, `lab-${process.pid}-${randomBytes(3).toString('hex')}`);
  await mkdir(dir, { mode: 0o700 });
  return dir;
}

/** Removes the folders of labs whose process was killed before it could do so itself. */
async function removeOrphans(): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = /^lab-(\d+)-[0-9a-f]{6}$/.exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`))
      await rm(join(parent, name), { recursive: true, force: true });
  }
}
