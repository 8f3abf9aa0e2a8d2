/** Which mount a folder lies on. */
import { parentOf } from '../../core/path.ts';
import { mountAt } from '../../formats/mountinfo.ts';
import type { Mount } from '../../formats/mountinfo.ts';

/** The mount that a path without symbolic links lies on; undefined where the mount table does not tell. */
export function mountOf(mounts: readonly Mount[], path: string): Mount | undefined {
  for (let at = path; ; at = parentOf(at)) {
    const mount = mountAt(mounts, at);
    if (mount !== undefined || at === '/') return mount;
  }
}
