/** What was read of compute nodes and of the pool, as the comparison for migration takes it. */
import type { DiskReading } from '../../formats/disk/reading.ts';
import type { Backend, ComputeNode } from '../nodes/node.ts';
import { ownDigest } from './bases/existing.ts';
import type { ExistingBases } from './bases/existing.ts';
import type { MigrationNode, PoolBases } from './migration-differences.ts';
import { idPair } from './nova-ids.ts';

/**
 * A compute node as it was read.
 *
 * @param existing its base files from before the pool; undefined where it has the pool
 * @param inPool whether it has the pool, or gets it in this run
 */
export function migrationNode(
  node: ComputeNode,
  existing: ExistingBases | undefined,
  inPool: boolean,
): MigrationNode {
  const { host, users, settings, instances, answer } = node;
  const used = inPool || existing === undefined ? [] : existing.files.filter(({ uses }) => uses.length > 0);
  const bases = used.flatMap(({ file: { name, size } }) => {
    const format = formatOf(existing?.usage.readingOf(name));
    return format === null ? [] : [[name, { format, size, digest: answer(ownDigest(node, name)) }] as const];
  });
  return {
    host: host.name,
    hypervisor: users.hypervisor === null ? null : idPair(users.hypervisor),
    instances: settings.instancesPath ?? instances.seen,
    imagesType: settings.imagesType,
    forcesRaw: settings.forcesRaw,
    inPool,
    bases: new Map(bases),
  };
}

/** The pool's files and images, as far as their headers were read. */
export function readPoolBases({ poolFiles }: Backend): PoolBases {
  return (name) => {
    const file = poolFiles?.(name);
    const format = formatOf(file?.reading);
    return file === undefined || format === null
      ? undefined
      : { format, size: file.size, digest: file.digest };
  };
}

function formatOf(reading: DiskReading | null | undefined): string | null {
  return reading?.kind === 'disk' ? reading.format : null;
}
