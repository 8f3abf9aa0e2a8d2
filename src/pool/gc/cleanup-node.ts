/** A compute node whose underlying base files `gc --local` may free, and which of them nobody needs. */
import type { BaseFile } from '../../facts/base-files.ts';
import type { MountUsers } from '../../facts/mount-users.ts';
import type { ComputeNode } from '../nodes/node.ts';
import type { NeededBase, Needs, UnderlyingConflict } from '../decisions/bases/needed.ts';

/** All that was read of such a node. */
export interface CleanupNode {
  readonly node: ComputeNode;
  readonly needs: Needs;
  /** Who uses the base folder; undefined until it was asked. */
  readonly users: MountUsers | undefined;
}

/** A file in a node's own `_base`, under the pool's mount. */
export interface UnderlyingFile {
  readonly file: BaseFile;
  /** Why it stays; null where it is proved that nobody needs it. */
  readonly kept: KeptReason | null;
  /** Whether disks lead to its name, and so to the same bytes in the pool. */
  readonly shown: boolean;
}

export type KeptReason =
  | { readonly kind: 'folder' }
  | { readonly kind: 'newline-in-name' }
  /** A process has it open, or may have. */
  | { readonly kind: 'in-use'; readonly command: string; readonly pid: number }
  /** It could not be decided about another file that a VM needs, and that one may lead to this file. */
  | { readonly kind: 'unclear'; readonly name: string }
  | { readonly kind: 'conflict'; readonly reason: UnderlyingConflict }
  /** Disks lead to it, and the pool does not have it. */
  | { readonly kind: 'only-copy' }
  /** It was not compared with the pool's file yet. */
  | { readonly kind: 'not-compared' };

/** Decides about every file under the mount. What is not proved to be unused stays. Pure. */
export function assessUnderlyingFiles({ node, needs, users }: CleanupNode): readonly UnderlyingFile[] {
  const needed = new Map(needs.bases.map((each) => [each.name, each]));
  const unclear = needs.bases.find(({ decision }) => decision.kind === 'conflict');
  return node.base.files.map((file): UnderlyingFile => {
    const base = needed.get(file.name);
    const own = ownReason(file, node, users);
    const kept = own ?? (base === undefined ? unclearReason(unclear) : neededReason(base));
    return { file, kept, shown: base !== undefined };
  });
}

function ownReason(file: BaseFile, node: ComputeNode, users: MountUsers | undefined): KeptReason | null {
  const folder = node.baseFolder.host;
  if (file.directory) return { kind: 'folder' };
  if (file.name.includes('\n')) return { kind: 'newline-in-name' };
  const user = users?.users.find(
    ({ where, path }) =>
      where !== 'mounted' &&
      (path === folder || path === `${folder}/` || path.startsWith(`${folder}/${file.name}`)),
  );
  // by whatever name the file was opened
  const holder = node.open.users.find(({ bases }) => bases.includes(file.id));
  const found = user ?? holder;
  return found === undefined ? null : { kind: 'in-use', command: found.command, pid: found.pid };
}

function unclearReason(unclear: NeededBase | undefined): KeptReason | null {
  return unclear === undefined ? null : { kind: 'unclear', name: unclear.name };
}

function neededReason({ decision }: NeededBase): KeptReason | null {
  switch (decision.kind) {
    case 'there':
      return null;
    case 'conflict':
      return { kind: 'conflict', reason: decision.reason };
    case 'returns':
      return { kind: 'only-copy' };
    case 'pending':
    case 'copy':
    case 'lost':
      return { kind: 'not-compared' };
  }
}
