/** The shell that unmounts a file system; `unmount.sh` has the functions. */
import type { JsonObject } from '../core/json.ts';
import type { FstabEntry } from '../formats/fstab.ts';
import { mountTablePattern, sourcePattern } from '../formats/grep-pattern.ts';
import { liveOptions } from '../formats/mount-options.ts';
import { quote, quoteAll, setVariables } from '../shell/quote.ts';
import fingerprints from './fingerprints.sh';
import mountInTime from './mount-in-time.sh';
import searchBases from './search-bases.sh';
import functions from './unmount.sh';

/** What must hold when a mount of base files is taken away from VMs that were made on them. */
export type RequireAfterUnmount = JsonObject & {
  /** Nova's folder of instances. */
  readonly instances: string;
  /** The names of all base files that disks below it lead to, as the plan saw them. */
  readonly known: readonly string[];
  /** Those of them that what is mounted has: they must be the same under the mount. */
  readonly shown: readonly string[];
  /** `UID:GID` of nova. The folder under the mount gets this owner if it is root's, because root made it before nova did. */
  readonly owner: string;
};

/**
 * Unmounts; never by force and never lazily, so it fails where the mount is in use.
 *
 * @param at the mount point with symbolic links followed
 * @param entry how it is mounted again where the folder under the mount does not have what VMs need
 */
export function unmountScript(
  at: string,
  required: RequireAfterUnmount | undefined,
  entry: FstabEntry,
): string {
  const pattern = mountTablePattern(at);
  const isMounted = `grep -q -e ${quote(pattern)} /proc/self/mountinfo || refuse ${quote(at)} is not mounted any more`;
  if (required === undefined) return [mountInTime, isMounted, `umount_in_time ${quote(at)}`].join('\n');
  const { instances, known, shown, owner } = required;
  const names = known.map((name) => `_base/${name}`).join('\n');
  const words = [at, pattern, sourcePattern(entry), entry.type, liveOptions(entry), entry.source];
  return [
    mountInTime,
    fingerprints,
    functions,
    setVariables({ search_program: searchBases }).trimEnd(),
    isMounted,
    `require_known_bases ${quoteAll([instances, names])}`,
    `unmount_proved ${quoteAll([...words, ...shown.map((name) => `./${name}`)])}`,
    `if [ "$(stat -c %u ${quote(at)})" = 0 ]; then chown ${quote(owner)} ${quote(at)}; fi`,
  ].join('\n');
}
