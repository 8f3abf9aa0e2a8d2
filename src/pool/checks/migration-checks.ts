import type { DiskReading } from '../../formats/disk/reading.ts';
import { fileDigest } from '../../facts/file-digest.ts';
import type { Finding } from '../../core/finding.ts';
import { reporters } from './check.ts';
import type { Backend, ComputeNode } from '../nodes/nodes.ts';
import { checkMigration } from '../decisions/migration.ts';
import type { MigrationNode, PoolBases } from '../decisions/migration.ts';
import type { ExistingBases, AllExistingBases } from '../decisions/bases/existing.ts';

/** A compute node as it was read. */
export function migrationNode(
  { host, users, settings, disks, base, answer }: ComputeNode,
  past: ExistingBases | undefined,
  inPool: boolean,
): MigrationNode {
  const ids = (user: typeof users.nova) => (user === null ? null : `${user.uid}:${user.gid}`);
  const readings = new Map(disks.files.map(({ path, reading }) => [path, reading]));
  const used = inPool ? [] : (past?.files ?? []).filter(({ uses }) => uses.length > 0);
  const bases = used.flatMap(({ file: { name, size } }) => {
    const format = formatOf(readings.get(`_base/${name}`));
    const digest = answer(fileDigest({ path: `${base.real ?? ''}/${name}` }));
    return format === null ? [] : [[name, { format, size, digest }] as const];
  });
  return {
    host: host.name,
    nova: ids(users.nova),
    hypervisor: ids(users.hypervisor),
    instances: settings.instancesPath ?? host.settings.nova.instances,
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

/** What else is known of the nodes of a run. */
export interface Judgement {
  readonly past: AllExistingBases;
  readonly checks: readonly Finding[];
  readonly blocked: ReadonlySet<string>;
}

/** Whether the nodes will be fit to exchange VMs once this run is over; what another check has said is not said again. */
export function migrationChecks(
  backend: Backend,
  computes: readonly ComputeNode[],
  { past, checks, blocked }: Judgement,
): readonly Finding[] {
  const said = new Set(checks.map(({ check }) => check));
  const nodes = computes.map((node) => {
    const { name } = node.host;
    const joins = !blocked.has(name) && !blocked.has(backend.host.name);
    return migrationNode(node, past.nodes.get(name), node.base.kind === 'mounted' || joins);
  });
  const report = reporters(backend.host.name);
  return checkMigration(nodes, readPoolBases(backend))
    .filter(({ differs }) => !(differs === 'nova' && said.has('nova-ids')))
    .filter(({ differs }) => !(differs === 'hypervisor' && said.has('owner')))
    .map(({ severity, finding, remedy }) => report[severity]('migration', finding, remedy));
}
