import { planChanges } from './plan.ts';
import type { Change, Stage } from './plan.ts';

/** The folder of another host's that a first mount of NFS needs. */
function exportedFolder({ type, action, params }: Change): string | undefined {
  const { source, type: fileSystem = 'nfs' } = params;
  if (type !== 'mount' || action !== 'create' || typeof source !== 'string') return undefined;
  return fileSystem === 'nfs' || fileSystem === 'nfs4' ? /:(\/.*)$/.exec(source)?.[1] : undefined;
}

/** The stages with every NFS mount depending on the changes, on other hosts, that export what it mounts. */
export function linkExports(stages: readonly Stage[]): readonly Stage[] {
  const exporting = planChanges({ stages }).filter(({ type }) => type === 'nfs_export');
  if (exporting.length === 0) return stages;
  const link = (host: string, change: Change): Change => {
    const exported = exportedFolder(change);
    const needed = exporting.filter((other) => other.host !== host && other.label === exported);
    return { ...change, dependsOn: [...needed.map(({ id }) => id), ...change.dependsOn] };
  };
  return stages.map((stage) => ({
    ...stage,
    hosts: stage.hosts.map(({ host, units }) => ({
      host,
      units: units.map((unit) => ({ ...unit, changes: unit.changes.map((change) => link(host, change)) })),
    })),
  }));
}
