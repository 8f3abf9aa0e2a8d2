/**
 * The storage that carries the pool from the backend to its clients, as the rest of fastboot knows it. Each
 * storage is one file beside this one, with resources, facts and checks of its own; `index.ts` says which one is used.
 */
import type { JsonObject } from '../../core/json.ts';
import type { Query } from '../../facts/fact.ts';
import type { Mount } from '../../formats/mountinfo.ts';
import type { Host, Inventory } from '../../inventory/inventory.ts';
import type { AnyCheck } from '../check-framework/check.ts';
import type { ComputeNode, Client, Nodes } from '../nodes/node.ts';

/** A folder of the pool: the base files for compute nodes, or the images for hosts with glance-api. */
export type PoolFolder = 'cache' | 'images';

/** How a client mounts a folder of the pool, as mount(8) takes it. */
export interface MountSpec {
  readonly source: string;
  readonly type: string;
  /** Separated by commas. */
  readonly options: string;
}

export interface Storage {
  /** What must be read of a host, by its roles, before anything can be decided about the storage. */
  readonly queries: (inventory: Inventory, host: Host) => readonly Query[];
  /** Checks that are about this storage only. */
  readonly checks: readonly AnyCheck[];
  /** What the hosts tell about the storage. A host of the inventory that was not read may use the pool in any way. Pure. */
  readonly read: (nodes: Nodes, inventory: Inventory) => StorageView;
}

/** The storage of one pool, as the hosts that were read describe it. */
export interface StorageView {
  /** How this host should mount a folder of the pool. */
  readonly mountSpec: (folder: PoolFolder, host: Host) => MountSpec;
  /** The live mount at a path of a client, if it is proved to be this folder of the pool, by whatever name and options. */
  readonly liveMount: (folder: PoolFolder, client: Client, path: string) => Mount | undefined;
  /** Whether a mount, anywhere on a client, is proved to be of the cache folder. */
  readonly isPoolMount: (mount: Mount) => boolean;
  /** The variables by which the backend's playbook lets clients in, below `pool` and below `glance`. */
  readonly backendVars: (admitted: Admitted) => { readonly pool: JsonObject; readonly glance: JsonObject };
  /** The address by which the backend knows this host and no other; null where that is not certain. */
  readonly soleAddress: (host: string) => string | null;
}

/** The clients that may mount the pool when this run is over. */
export interface Admitted {
  readonly computes: readonly ComputeNode[];
  readonly controllers: readonly Client[];
}
