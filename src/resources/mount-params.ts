/** The parameters of the resource type `mount`. */
import type { JsonObject } from '../core/json.ts';
import type { MayCover } from './mount-script.ts';
import type { RequireAfterUnmount } from './unmount-script.ts';

export type MountParams = JsonObject & {
  readonly path: string;
  readonly source?: string;
  readonly type?: string;
  readonly options?: string | readonly string[];
  readonly state?: 'mounted' | 'present' | 'unmounted' | 'absent';
  /** What the mount may hide. */
  readonly may_cover?: MayCover;
  /** Other names of the source. A live mount by one of them stays until it is mounted again. */
  readonly aliases?: readonly string[];
  /** What VMs need when the mount is gone. */
  readonly require_after_unmount?: RequireAfterUnmount;
};
