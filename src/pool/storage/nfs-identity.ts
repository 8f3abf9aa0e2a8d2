/** Recognises NFS mounts of the pool, by whatever name, version and options. */
import { posix } from 'node:path';
import { canonicalAddress } from '../../formats/address.ts';
import { isNfs } from '../../formats/mount-options.ts';
import { mountAt } from '../../formats/mountinfo.ts';
import type { Mount } from '../../formats/mountinfo.ts';
import type { Settings } from '../../inventory/settings.ts';
import type { Backend, Client } from '../nodes/node.ts';
import type { ExportEntry } from './nfs-exports.ts';

/** By what a mount is known to be a folder of the backend. */
export interface FolderIdentity {
  /** All addresses of the backend, in their usual form. */
  readonly addresses: ReadonlySet<string>;
  /** The names of the folder on the backend: the one of the inventory, and the real one. */
  readonly folders: readonly string[];
  /** The export with `fsid=0`: NFSv4 names all folders relative to it. Null where there is none. */
  readonly pseudoRoot: string | null;
}

/** What identifies a folder of this backend. Clients tell how they resolve the backend's address. */
export function identifyFolder(
  {
    peers,
    exports,
  }: { readonly peers: { readonly own: readonly string[] }; readonly exports: readonly ExportEntry[] },
  clients: readonly Client[],
  folders: readonly string[],
): FolderIdentity {
  const routes = clients.flatMap(({ route }) => (route.address === null ? [] : [route.address]));
  const isRoot = ({ options }: ExportEntry) => options.some((option) => /^fsid=(0|root)$/.test(option));
  return {
    addresses: new Set([...peers.own, ...routes].map(canonicalAddress)),
    folders,
    pseudoRoot: exports.find(isRoot)?.path ?? null,
  };
}

/** The names of the cache folder on the backend. */
export function cacheFolders({ cache }: Backend, { pool }: Settings): readonly string[] {
  return [pool.cache, ...(cache.kind === 'folder' ? [cache.real] : [])];
}

/** All NFS mounts of the backend on a client, whatever their folder. */
export function mountsOfBackend(mounts: readonly Mount[], { addresses }: FolderIdentity): readonly Mount[] {
  return mounts.filter(
    (mount) => isNfs(mount.type) && addresses.has(canonicalAddress(optionValue(mount, 'addr') ?? '')),
  );
}

/** Those of them that are of this folder, wherever they are mounted. */
export function mountsOfFolder(mounts: readonly Mount[], identity: FolderIdentity): readonly Mount[] {
  return mountsOfBackend(mounts, identity).filter((mount) => {
    const folder = folderOnServer(mount, identity.pseudoRoot);
    return folder !== undefined && identity.folders.includes(folder);
  });
}

/** The mounts of the backend by a version below 4: they hang once the server offers version 4 only. */
export function oldMounts(mounts: readonly Mount[], identity: FolderIdentity): readonly Mount[] {
  return mountsOfBackend(mounts, identity).filter((mount) => mount.type === 'nfs');
}

/** The mount at a path, if it is of this folder. The kernel tells its address (`addr=`), and its source the folder. */
export function liveMountAt(
  mounts: readonly Mount[],
  path: string,
  identity: FolderIdentity,
): Mount | undefined {
  const live = mountAt(mounts, path);
  return live === undefined ? undefined : mountsOfFolder([live], identity)[0];
}

/** The folder on the server that a mount shows. A part of a mount (`mount --bind`) has a root of its own. */
function folderOnServer(mount: Mount, pseudoRoot: string | null): string | undefined {
  const exported = /:(\/.*)$/.exec(mount.source)?.[1];
  if (exported === undefined) return undefined;
  const above = mount.type === 'nfs4' ? (pseudoRoot ?? '/') : '/';
  return posix.join(above, exported, mount.root).replace(/(.)\/+$/, '$1');
}

/** What NFSv4 calls the folder; null where an export with `fsid=0` hides it. */
export function nameInVersion4({ folders, pseudoRoot }: FolderIdentity): string | null {
  const root = pseudoRoot ?? '/';
  if (root === '/') return folders[0] ?? null;
  const inside = folders.find((folder) => folder === root || folder.startsWith(`${root}/`));
  return inside === undefined ? null : inside.slice(root.length) || '/';
}

/** The value of `NAME=` among a mount's options. */
export function optionValue({ options }: Mount, name: string): string | undefined {
  return options.find((option) => option.startsWith(`${name}=`))?.slice(name.length + 1);
}
