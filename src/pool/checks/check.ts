import type { Finding } from '../../core/finding.ts';

/** The stable names of the environment checks. */
export type CheckName =
  | 'access-control'
  | 'base-files'
  | 'clock'
  | 'export-address'
  | 'exports'
  | 'file-system'
  | 'firewall'
  | 'glance-ids'
  | 'glance-service'
  | 'glance-store'
  | 'images-folder'
  | 'images-type'
  | 'instances-path'
  | 'kernel-nfs'
  | 'link-sync-config'
  | 'linkers'
  | 'links'
  | 'link-speed'
  | 'migration'
  | 'names'
  | 'nfs-port'
  | 'nova-ids'
  | 'nova-service'
  | 'nova-user'
  | 'one-mount'
  | 'openrc'
  | 'owner'
  | 'pool-in-use'
  | 'pool-mount'
  | 'space'
  | 'storage-address'
  | 'time-service';

export type Reporter = (check: CheckName, finding: string, remedy: string) => Finding;

/** Makers of findings about one host, one a severity. */
export function reporters(host: string): Readonly<Record<Finding['severity'], Reporter>> {
  const make =
    (severity: Finding['severity']): Reporter =>
    (check, finding, remedy) => ({
      host,
      check,
      code: check,
      severity,
      fields: { finding, remedy },
      finding,
      remedy,
    });
  return {
    block: make('block'),
    warning: make('warning'),
    unknown: make('unknown'),
    notice: make('notice'),
  };
}
