/** Which compute node sends which base file to the pool. */
import { pushTo } from '../../../core/push-to.ts';
import type { BaseFile } from '../../../facts/base-files.ts';
import { comesToPool } from './existing.ts';
import type { AllExistingBases, AssessedBase } from './existing.ts';

/** A base file that one node sends to the pool. */
export interface Copy {
  readonly file: BaseFile;
  /** SHA-256 of the whole file. */
  readonly digest: string;
  /** For the plan, in few words. */
  readonly reason: string;
}

/** What the pool gets from compute nodes in this run. */
export interface Copies {
  readonly byHost: ReadonlyMap<string, readonly Copy[]>;
  /** Each once, sorted. */
  readonly names: readonly string[];
  /** Of all files together, in bytes. */
  readonly size: number;
}

/**
 * Each file comes from one node, and the work is spread. The largest file comes first. Of the nodes that have it, the one
 * with the least to send so far sends it. Pure.
 *
 * @param blocked nodes on which nothing is changed in this run
 */
export function planCopies(existing: AllExistingBases, blocked: ReadonlySet<string>): Copies {
  const senders = new Map<string, { readonly host: string; readonly base: AssessedBase }[]>();
  for (const { node, files } of existing.nodes.values()) {
    if (blocked.has(node.host.name)) continue;
    for (const base of files.filter(({ decision }) => comesToPool(decision)))
      pushTo(senders, base.file.name, { host: node.host.name, base });
  }
  const sizeOf = (name: string): number => senders.get(name)?.[0]?.base.file.size ?? 0;
  const names = [...senders.keys()].sort((a, b) => sizeOf(b) - sizeOf(a) || (a < b ? -1 : 1));
  const load = new Map<string, number>();
  const byHost = new Map<string, Copy[]>();
  for (const name of names) {
    const [first, ...others] = senders.get(name) ?? [];
    if (first === undefined) continue;
    const loadOf = ({ host }: { host: string }): number => load.get(host) ?? 0;
    const sender = others.reduce((best, other) => (loadOf(other) < loadOf(best) ? other : best), first);
    load.set(sender.host, loadOf(sender) + sizeOf(name));
    for (const copy of copyOf(sender.base)) pushTo(byHost, sender.host, copy);
  }
  const size = names.reduce((sum, name) => sum + sizeOf(name), 0);
  return { byHost, names: [...names].sort(), size };
}

function copyOf({ file, decision }: AssessedBase): readonly Copy[] {
  if (!comesToPool(decision)) return [];
  const reason =
    decision.kind === 'adopt'
      ? 'nova converted a qcow2 image to raw, and disks of VMs record raw'
      : 'VMs need it, and the pool has no file of this name';
  return [{ file, digest: decision.digest, reason }];
}
