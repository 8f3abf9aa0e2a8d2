/** What is known of each host of a run, by its role. */
import type { UserState } from '../../facts/account.ts';
import type { BaseFiles } from '../../facts/base-files.ts';
import type { Query, TypedQuery } from '../../facts/fact.ts';
import type { FolderFile } from '../../facts/folder-files.ts';
import type { ImageLinkers } from '../../facts/image-linkers.ts';
import type { InstanceDisks } from '../../facts/instance-disks.ts';
import type { NovaContainer } from '../../facts/nova-container.ts';
import type { NovaUsers } from '../../facts/nova-users.ts';
import type { OpenFiles } from '../../facts/open-files.ts';
import type { Os } from '../../facts/os.ts';
import type { PathState } from '../../facts/path.ts';
import type { FolderLocation } from '../../facts/folder-location.ts';
import type { Route } from '../../facts/route.ts';
import type { State } from '../../facts/state.ts';
import type { StoreFiles } from '../../facts/glance-store-files.ts';
import type { Virtualization } from '../../facts/virtualization.ts';
import type { Mount } from '../../formats/mountinfo.ts';
import type { Host, Inventory } from '../../inventory/inventory.ts';
import type { NodeFolder } from './folder.ts';
import type { GlanceService } from './glance-service.ts';
import type { GlanceStore } from './glance-settings.ts';
import type { NovaService } from './nova-service.ts';
import type { NovaSettings } from './nova-settings.ts';
import type { PoolFiles } from './pool-files.ts';

/** Any host that was read. */
export interface Node {
  readonly host: Host;
  readonly os: Os;
  readonly mounts: readonly Mount[];
  /** How the host reaches the address that clients mount. */
  readonly route: Route;
  /** The answer to a query that every host of this role is asked. Throws where it was not asked. */
  readonly read: State['read'];
  /** The answer to a query that may come up later; undefined until it was asked. */
  readonly answer: <Answer>(query: TypedQuery<Answer>) => Answer | undefined;
}

/** The host that has the images on its disks and offers the pool. */
export interface Backend extends Node {
  readonly images: FolderLocation;
  readonly cache: FolderLocation;
  /** The text of link-sync's configuration as it is now; null where there is none. */
  readonly linkSyncConfig: string | null;
  /** A file that may hold Glance credentials. */
  readonly openrc: (file: string) => PathState;
  /** A client's storage address in numbers, as the backend resolves it. */
  readonly resolve: (name: string) => string | null;
  readonly poolFiles: PoolFiles;
  /** What the two folders hold; null where they could not be listed. */
  readonly imageFiles: readonly FolderFile[] | null;
  readonly cacheFiles: readonly FolderFile[] | null;
  /** What may link images beside link-sync. */
  readonly linkers: ImageLinkers;
}

/** A host that mounts something from the backend. */
export type Client = ComputeNode | Controller;

/** A host that runs glance-api. */
export interface Controller extends Node {
  readonly user: UserState;
  readonly service: GlanceService;
  readonly folder: GlanceStore;
  /** What lies in that folder; undefined where it was not asked yet. */
  readonly store: StoreFiles | undefined;
  readonly storeQuery: Query | null;
  /** Lines about files that an earlier run has proved to be in the pool. */
  readonly moved: ReadonlySet<string>;
}

/** A host that runs VMs. */
export interface ComputeNode extends Node {
  readonly users: NovaUsers;
  readonly service: NovaService;
  /** The container that nova-compute runs in; null where it is a service of the host. */
  readonly container: NovaContainer | null;
  readonly software: Virtualization;
  readonly settings: NovaSettings;
  /** Nova's folder of instances. */
  readonly instances: NodeFolder;
  /** `_base` in it: where the pool is mounted, or will be. On the host all symbolic links are followed. */
  readonly baseFolder: NodeFolder;
  /** What lies in `_base` on the node's own disks, also under a mount. */
  readonly base: BaseFiles;
  readonly disks: InstanceDisks;
  readonly open: OpenFiles;
}

/** All hosts that were read, each list in the order of the inventory. */
export interface Nodes {
  readonly backend: Backend;
  readonly computes: readonly ComputeNode[];
  readonly controllers: readonly Controller[];
}

/** The address of the backend that clients mount. */
export function storageAddress({ backend }: Inventory): string {
  return backend.storageAddress ?? backend.address;
}

/** All hosts that mount something from the backend, each once: a host with both roles as a compute node. */
export function clientsOf({ computes, controllers }: Nodes): readonly Client[] {
  const names = new Set(computes.map(({ host }) => host.name));
  return [...computes, ...controllers.filter(({ host }) => !names.has(host.name))];
}
