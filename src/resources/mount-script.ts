/** The shell that mounts a file system; `mount.sh` has the functions. */
import { FSTAB_FILE, SYSTEMD_RUNNING_FOLDER } from '../core/host-paths.ts';
import { encodeBytes } from '../core/bytes.ts';
import type { JsonObject } from '../core/json.ts';
import type { FstabEntry } from '../formats/fstab.ts';
import { mountTablePattern } from '../formats/grep-pattern.ts';
import { DEFAULT_MOUNT_TYPE, liveOptions } from '../formats/mount-options.ts';
import { quote, quoteAll, setVariables } from '../shell/quote.ts';
import { editScript, unchangedScript } from './edit.ts';
import fingerprints from './fingerprints.sh';
import listFiles from './list-files.sh';
import mountInTime from './mount-in-time.sh';
import functions from './mount.sh';
import type { ChangeSpec } from './resource.ts';

/** A file that the mount may hide, as it was when the plan was made. */
export type HiddenFile = JsonObject & {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly inode: number;
  /** Whether what is mounted has the same file under the same name. */
  readonly same: boolean;
  /** The paths by which disks lead to it. Each must lead to the same bytes once the mount is there. */
  readonly paths?: readonly string[];
};

/** What a mount may hide: nothing, anything, these files, or what is in a listing. */
export type MayCover = 'empty' | 'anything' | readonly HiddenFile[] | Listing;

/** The path of a listing, which an earlier change of the same unit left on the host after it had proved each file. */
export type Listing = { readonly listing: string };

/** Parameters of a mount, with the defaults that the schema names. */
export function mountEntry({
  path,
  source = '',
  type = DEFAULT_MOUNT_TYPE,
  options = [],
}: {
  readonly path: string;
  readonly source?: string;
  readonly type?: string;
  readonly options?: string | readonly string[];
}): FstabEntry {
  const list = typeof options === 'string' ? options.split(',') : options;
  const given = list.filter((option) => option !== '');
  return { source, path, type, options: given.length === 0 ? ['defaults'] : given };
}

/**
 * Mounts. Proves that the right thing is mounted, and that it hides only what it may hide. Only then writes fstab: so a run
 * that is cut off leaves no line that a reboot would follow unproved.
 *
 * @param parts `at`: the mount point with symbolic links followed; `fstab`: the edit of fstab, null where none is needed
 */
export function mountScript(entry: FstabEntry, mayCover: MayCover, parts: JsonObject): string {
  const { at, fstab } = parts as {
    readonly at: string;
    readonly fstab: Pick<ChangeSpec, 'before' | 'after'> | null;
  };
  const { before, after } = coverChecks(mayCover, at);
  const words = [at, entry.type, liveOptions(entry), entry.source, mountTablePattern(at, entry)];
  return [
    mountInTime,
    fingerprints,
    functions,
    setVariables({ list_program: listFiles }).trimEnd(),
    ...(fstab === null ? [] : [unchangedScript(FSTAB_FILE, fstab)]),
    `require_unmounted ${quoteAll([at, mountTablePattern(at)])}`,
    `mkdir -p ${quote(at)}`,
    ...before,
    `mount_proved ${quoteAll(words)}`,
    ...after,
    ...(fstab === null ? [] : [fstabScript(fstab)]),
  ].join('\n');
}

/** What is checked before and after the mount, so that it hides only what it may. */
function coverChecks(
  mayCover: MayCover,
  at: string,
): Readonly<Record<'before' | 'after', readonly string[]>> {
  const target = quote(at);
  if (mayCover === 'anything') return { before: [], after: [] };
  if (mayCover === 'empty' || ('length' in mayCover && mayCover.length === 0))
    return { before: [`require_empty ${target}`], after: [`require_empty_beneath ${target}`] };
  if ('listing' in mayCover)
    return {
      before: [`planned=$(cat ${quote(mayCover.listing)})`, `require_listing ${target} "$planned"`],
      after: [`require_same_beneath ${target} "$planned" ''`],
    };
  const shown = quoteAll(shownFiles(mayCover, at));
  return {
    before: [
      setVariables({ planned: listingOf(mayCover) }).trimEnd(),
      `require_listing ${target} "$planned"`,
      `prints=$(fingerprints ${shown})`,
    ],
    after: [`require_same_beneath ${target} "$planned" "$prints" ${shown}`],
  };
}

/** What `list-files.sh` prints of a folder with just these files. */
function listingOf(files: readonly HiddenFile[]): string {
  const lines = files.map(({ name, size, mtime, inode }) => `${size} ${mtime} ${inode} ./${name}//`);
  // as `sort` does in the C locale: by bytes, line by line, also where a name holds a newline
  return lines
    .join('\n')
    .split('\n')
    .sort((a, b) => Buffer.compare(encodeBytes(a), encodeBytes(b)))
    .join('\n');
}

/** The paths that must lead to the same bytes before and after the mount. */
function shownFiles(files: readonly HiddenFile[], at: string): readonly string[] {
  return files
    .filter((file) => file.same)
    .flatMap(({ name, paths = [] }) => [...new Set([`${at}/${name}`, ...paths])]);
}

/** Edits fstab. systemd makes its mount units from it, so it must read it again. */
export function fstabScript(change: Pick<ChangeSpec, 'before' | 'after'>): string {
  return `${editScript(FSTAB_FILE, change)}
if [ -d ${SYSTEMD_RUNNING_FOLDER} ]; then systemctl daemon-reload; fi`;
}
