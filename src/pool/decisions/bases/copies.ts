import { pushTo } from '../../../core/push-to.ts';
import { gib } from '../../../core/wording.ts';
import type { BaseFile } from '../../../facts/base-files.ts';
import type { Finding } from '../../../core/finding.ts';
import { reporters } from '../../checks/check.ts';
import type { Backend } from '../../nodes/nodes.ts';
import { isGiven } from './existing.ts';
import type { AssessedBase, AllExistingBases } from './existing.ts';

/** A base file that one node gives to the pool. */
export interface Copy {
  readonly file: BaseFile;
  readonly digest: string;
  /** For a person. */
  readonly reason: string;
}

/** What the pool gets from compute nodes in this run. */
export interface Copies {
  readonly byHost: ReadonlyMap<string, readonly Copy[]>;
  /** Each once, sorted. */
  readonly names: readonly string[];
  /** Of all of them, in bytes. */
  readonly size: number;
}

/**
 * Each file comes from one node, and the work is spread: the largest first, each from that of its nodes which has the
 * least to send so far. Pure.
 *
 * @param blocked nodes that nothing will be carried out on
 */
export function planCopies(past: AllExistingBases, blocked: ReadonlySet<string>): Copies {
  const givers = new Map<string, { readonly host: string; readonly judged: AssessedBase }[]>();
  for (const { node, files } of past.nodes.values()) {
    if (blocked.has(node.host.name)) continue;
    for (const judged of files.filter(({ decision: verdict }) => isGiven(verdict)))
      pushTo(givers, judged.file.name, { host: node.host.name, judged });
  }
  const sizeOf = (name: string): number => givers.get(name)?.[0]?.judged.file.size ?? 0;
  const names = [...givers.keys()].sort((a, b) => sizeOf(b) - sizeOf(a) || (a < b ? -1 : 1));
  const load = new Map<string, number>();
  const byHost = new Map<string, Copy[]>();
  for (const name of names) {
    const [first, ...others] = givers.get(name) ?? [];
    if (first === undefined) continue;
    const loadOf = ({ host }: { host: string }): number => load.get(host) ?? 0;
    const giver = others.reduce((best, other) => (loadOf(other) < loadOf(best) ? other : best), first);
    load.set(giver.host, loadOf(giver) + sizeOf(name));
    for (const copy of copyOf(giver.judged)) pushTo(byHost, giver.host, copy);
  }
  const size = names.reduce((sum, name) => sum + sizeOf(name), 0);
  return { byHost, names: [...names].sort(), size };
}

function copyOf({ file, decision: verdict }: AssessedBase): readonly Copy[] {
  if (!isGiven(verdict)) return [];
  const reason =
    verdict.kind === 'adopt'
      ? 'nova made it raw of an image that is qcow2, and disks of VMs say raw'
      : 'VMs need it, and the pool has no such file';
  return [{ file, digest: verdict.digest, reason }];
}

/** What keeps the pool from getting the files that it needs of compute nodes: room, or nodes that were not heard. */
export function copyFindings(
  past: AllExistingBases,
  copies: Copies,
  backend: Backend,
  lost: readonly string[],
): readonly Finding[] {
  if (copies.names.length === 0) return [];
  const givers = [...past.nodes.values()].filter(({ files }) =>
    files.some(({ decision: verdict }) => isGiven(verdict)),
  );
  const block = (finding: string, remedy: string) =>
    givers.map(({ node }) => reporters(node.host.name).block('base-files', finding, remedy));
  const free = backend.images.space === null ? null : backend.images.space.free * 1024;
  return [
    ...(free !== null && free < copies.size
      ? block(
          `the pool is to get base files of ${gib(copies.size)} GiB that VMs of compute nodes need, and has not so much room`,
          `nothing was touched; it has ${gib(free)} GiB free: make room on the backend, or leave nodes out with --limit`,
        )
      : []),
    ...(lost.length > 0
      ? block(
          `the pool is to get base files that VMs here need, and ${lost.join(', ')} could not be asked for other files of these names`,
          `nothing was touched; run again when they can be reached, or leave them out: --limit 'all,${lost.map((host) => `!${host}`).join(',')}'`,
        )
      : []),
  ];
}
