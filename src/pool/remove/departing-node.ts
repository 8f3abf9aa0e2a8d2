/** A compute node that `remove` takes out of the pool. */
import type { MountUsers } from '../../facts/mount-users.ts';
import type { FolderLocation } from '../../facts/folder-location.ts';
import type { Mount } from '../../formats/mountinfo.ts';
import type { ComputeNode } from '../nodes/node.ts';
import type { MountSpec, StorageView } from '../storage/storage.ts';
import type { Needs } from '../decisions/bases/needed.ts';

/** All that was read of a departing node. */
export interface DepartingNode {
  readonly node: ComputeNode;
  readonly storage: StorageView;
  /** How nodes of the pool mount it. */
  readonly mount: MountSpec;
  /** What its VMs need of the pool; undefined where nothing is mounted on its base folder. */
  readonly needs: Needs | undefined;
  /** The mount on its base folder, if it is the pool's, by whatever name. */
  readonly live: Mount | undefined;
  /** Who uses that mount, and where else the pool is mounted; undefined until it was asked. */
  readonly users: MountUsers | undefined;
  /** Where its folder of instances lies; undefined until it was asked. */
  readonly place: FolderLocation | undefined;
  /** The address by which the backend knows it; null where that is not known, or another node has it too. */
  readonly address: string | null;
}
