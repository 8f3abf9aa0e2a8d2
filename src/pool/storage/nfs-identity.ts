import { posix } from 'node:path';
import { mountAt } from '../../formats/mountinfo.ts';
import type { Mount } from '../../formats/mountinfo.ts';
import { canonicalAddress } from '../../formats/address.ts';

/** By what a mount is known to be one of the pool's folder on the backend. */
export interface PoolIdentity {
  /** All addresses of the backend, in their usual form. */
  readonly addresses: ReadonlySet<string>;
  /** The folder's names on the backend: as the inventory has it, and where it really is. */
  readonly folders: readonly string[];
  /** The export with `fsid=0`, relative to which NFSv4 names all folders; null where there is none. */
  readonly pseudoRoot: string | null;
}

const isNfs = ({ type }: Mount): boolean => type === 'nfs' || type === 'nfs4';

/** All NFS mounts of the backend's on a node, whatever their folder. */
export function mountsOfBackend(mounts: readonly Mount[], { addresses }: PoolIdentity): readonly Mount[] {
  return mounts.filter(
    (mount) => isNfs(mount) && addresses.has(canonicalAddress(option(mount, 'addr') ?? '')),
  );
}

/** Those of them that are of the pool's folder, wherever they are mounted. */
export function poolMounts(mounts: readonly Mount[], pool: PoolIdentity): readonly Mount[] {
  return mountsOfBackend(mounts, pool).filter((mount) => {
    const folder = folderOnServer(mount, pool.pseudoRoot);
    return folder !== undefined && pool.folders.includes(folder);
  });
}

/** The NFSv3 mounts of the backend's: they hang once the server offers version 4 only. */
export function oldMounts(mounts: readonly Mount[], pool: PoolIdentity): readonly Mount[] {
  return mountsOfBackend(mounts, pool).filter((mount) => mount.type === 'nfs');
}

/**
 * The mount at a path if it is provably the pool's folder, by whatever name, type and options: the kernel says which
 * address it is of (`addr=`), and the name leads to the folder.
 */
export function livePool(mounts: readonly Mount[], at: string, pool: PoolIdentity): Mount | undefined {
  const live = mountAt(mounts, at);
  return live === undefined ? undefined : poolMounts([live], pool)[0];
}

/** Where on the server the files of an NFS mount are. A part of a mount (by `mount --bind`) has its own root. */
function folderOnServer(mount: Mount, pseudoRoot: string | null): string | undefined {
  const exported = /:(\/.*)$/.exec(mount.source)?.[1];
  if (exported === undefined) return undefined;
  const above = mount.type === 'nfs4' ? (pseudoRoot ?? '/') : '/';
  return posix.join(above, exported, mount.root).replace(/(.)\/+$/, '$1');
}

/** What NFSv4 calls the pool's folder; null where an export with `fsid=0` hides it. */
export function sourceFolder({ folders, pseudoRoot }: PoolIdentity): string | null {
  const root = pseudoRoot ?? '/';
  if (root === '/') return folders[0] ?? null;
  const inside = folders.find((folder) => folder === root || folder.startsWith(`${root}/`));
  return inside === undefined ? null : inside.slice(root.length) || '/';
}

/** The value of `NAME=` among a mount's options. */
export function option(mount: Mount, name: string): string | undefined {
  return mount.options.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);
}
