/** How clients mount the pool by NFS. */
import { nfsSource } from '../../formats/address.ts';
import type { Host } from '../../inventory/inventory.ts';
import type { MountSpec } from './storage.ts';

/**
 * Version 4 always: with version 3 the server does not know who has a file open. `lookupcache=positive` makes a client see
 * a new base file at once (docs/facts.md#fact-12). `_netdev` and `nofail` let a host boot while the backend is down.
 */
export function nfsMount(address: string, folder: string, { settings }: Host): MountSpec {
  const builtIn = [`vers=${settings.nfs.version}`, 'hard', 'lookupcache=positive', '_netdev', 'nofail'];
  return {
    source: nfsSource(address, folder),
    type: 'nfs4',
    options: [...new Set([...builtIn, ...settings.nfs.mountOptions])].join(','),
  };
}
