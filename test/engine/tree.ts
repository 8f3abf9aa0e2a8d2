import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** All properties of the files below a folder, also times and inode numbers, by relative path. */
export function snapshotTree(folder: string): ReadonlyMap<string, string> {
  const paths = ['.', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })].sort();
  return new Map(
    paths.map((path) => {
      const full = join(folder, path);
      const { mode, uid, gid, size, ino, mtimeNs, ctimeNs } = lstatSync(full, { bigint: true });
      return [path, [mode, uid, gid, size, ino, mtimeNs, ctimeNs, contentOf(full, mode)].join(' ')];
    }),
  );
}

/** The files below a folder without times and inode numbers: equal for equal states. */
export function describeTree(folder: string): Readonly<Record<string, string>> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    paths.map((path) => {
      const full = join(folder, path);
      const { mode } = lstatSync(full, { bigint: true });
      return [path, `${mode.toString(8)} ${contentOf(full, mode)}`];
    }),
  );
}

function contentOf(path: string, mode: bigint): string {
  const kind = mode >> 12n;
  if (kind === 0xan) return readlinkSync(path);
  return kind === 8n ? createHash('sha1').update(readFileSync(path)).digest('hex') : '';
}
