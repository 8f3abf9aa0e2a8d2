import { FSTAB_FILE, SYSTEMD_RUNNING_FOLDER } from '../core/host-paths.ts';
import type { JsonObject } from '../core/json.ts';
import { encodeOctal } from '../formats/octal.ts';
import { encodeBytes } from '../core/bytes.ts';
import { quote, quoteAll } from '../shell/quote.ts';
import { editScript, unchangedScript } from './edit.ts';
import type { FstabEntry } from '../formats/fstab.ts';
import { isNfs } from '../formats/mount-options.ts';
import type { ChangeSpec } from './resource.ts';

/** A trailing slash makes no difference: the kernel shows none. */
export function sameSource(a: string, b: string): boolean {
  return a.replace(/\/+$/, '') === b.replace(/\/+$/, '');
}

/** A file that the mount may hide, just as it was when the plan was made. */
export type HiddenFile = JsonObject & {
  readonly name: string;
  readonly size: number;
  readonly mtime: number;
  readonly inode: number;
  /** Whether what is mounted has the same file under the same name. */
  readonly same: boolean;
  /** By what names disks lead to it; each must lead to the same bytes through the mount. */
  readonly paths?: readonly string[];
};

/** Parameters of a mount as fstab would have them. */
export function mountEntry({
  path,
  source = '',
  type = 'nfs',
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

/** What a mount may hide. */
export type MayCover = 'empty' | 'anything' | readonly HiddenFile[] | Listing;

/** Just what stands in a listing that an earlier change of the same unit has left on the host, each of it proved. */
export type Listing = { readonly listing: string };

/**
 * Mounts, makes sure that the right thing is mounted and that nothing is hidden beneath it, and only then writes fstab.
 * What came into the folder between the last look and the mount is seen through a mount table of our own, from which
 * the new mount is taken away.
 */
export function mountScript(entry: FstabEntry, mayCover: MayCover, parts: JsonObject): string {
  const { at, fstab } = parts as {
    readonly at: string;
    readonly fstab: Pick<ChangeSpec, 'before' | 'after'> | null;
  };
  const target = quote(at);
  const check = fstab === null ? '' : `${unchangedScript(FSTAB_FILE, fstab)}\n`;
  return `${check}mounted() { grep -q -e "$1" /proc/self/mountinfo; }
if mounted ${quote(mountPattern(at))}; then refuse "something was mounted at "${target}" after the plan was made"; fi
mkdir -p ${target}
${beforeCheck(mayCover, at)}timeout -k 5 150 mount -t ${quote(entry.type)} -o ${quote(liveOptions(entry))} ${quote(entry.source)} ${target}
if ! mounted ${quote(mountPattern(at, entry))}; then
  echo ${target}" was mounted, but the mount table does not show it as "${quote(entry.source)}
  umount ${target}
  exit 1
fi
${afterCheck(mayCover, target)}${fstab === null ? '' : fstabScript(fstab)}`;
}

function beforeCheck(mayCover: MayCover, at: string): string {
  if (mayCover === 'anything') return '';
  if (mayCover === 'empty' || isNone(mayCover)) return emptyCheck(quote(at));
  return 'listing' in mayCover ? listedCheck(mayCover, at) : sameFilesCheck(mayCover, at);
}

function afterCheck(mayCover: MayCover, target: string): string {
  if (mayCover === 'anything') return '';
  return mayCover === 'empty' || isNone(mayCover) ? beneathCheck(target) : sameBeneathCheck(target);
}

const isNone = (mayCover: readonly HiddenFile[] | Listing): boolean =>
  'length' in mayCover && mayCover.length === 0;

/** One line a file, so that two folders can be compared as texts; `find` puts `./` before each name. */
export const LISTING = `find . ! -name . -prune -exec stat -c '%s %Y %i %n//' {} + | sort`;

/** Sizes, headers, first and last clusters of the files that have to be the same on both sides of the mount. */
export const PROOF = `for f; do
  printf '%s\\n' "$f"
  stat -L -c %s "$f" && head -c 65536 "$f" | sha256sum && tail -c 65536 "$f" | sha256sum || echo missing
done`;

/**
 * The folder must hold just the files that the plan saw, untouched since: Nova sets a base file's time whenever it makes
 * a disk on it, so a file that came into use meanwhile is noticed.
 */
function sameFilesCheck(files: readonly HiddenFile[], at: string): string {
  const target = quote(at);
  const lines = files.map(({ name, size, mtime, inode }) => `${size} ${mtime} ${inode} ./${name}//`);
  const listed = sortLines(lines.join('\n'));
  const same = files
    .filter((file) => file.same)
    .flatMap(({ name, paths = [] }) => [...new Set([`${at}/${name}`, ...paths])]);
  return `listing() (cd -P -- "$1" && ${LISTING})
planned=${quote(listed)}
[ "$(listing ${target})" = "$planned" ] || refuse "the files in "${target}" are no longer just as they were when the plan was made: run again"
proof() (set -- ${quoteAll(same)} && ${PROOF})
before=$(proof)
`;
}

/** The folder must hold just the files that were proved a moment ago, while its users rest. */
function listedCheck({ listing: listed }: Listing, at: string): string {
  const target = quote(at);
  return `listing() (cd -P -- "$1" && ${LISTING})
planned=$(cat ${quote(listed)})
[ "$(listing ${target})" = "$planned" ] || refuse "the files in "${target}" are no longer just those that were looked at: run again"
proof() { :; }
before=
`;
}

/** `sort` in the C locale: by bytes, line by line, also where a name holds a newline. */
function sortLines(text: string): string {
  return text
    .split('\n')
    .sort((a, b) => Buffer.compare(encodeBytes(a), encodeBytes(b)))
    .join('\n');
}

/** The mount is taken away again at once where it does not show what it must, or hides what came in between. */
function sameBeneathCheck(target: string): string {
  return `back() { umount ${target} || umount -l ${target}; refuse "$1, so it is unmounted again"; }
hidden=$(unshare -m sh -c ${quote(`umount -i "$1" && cd -P -- "$1" && ${LISTING}`)} sh ${target})
[ "$hidden" = "$planned" ] || back "the files in "${target}" changed while it was mounted"
[ "$(proof)" = "$before" ] || back "the pool does not show the base files that VMs use as they are in "${target}
`;
}

function emptyCheck(target: string): string {
  return `found=$(ls -A ${target})
[ -z "$found" ] || refuse "files appeared in "${target}" after the plan was made: $(printf '%s\\n' "$found" | head -n 3 | tr '\\n' ' ')"
`;
}

function beneathCheck(target: string): string {
  return `hidden=$(unshare -m sh -c 'umount -i "$1" && ls -A "$1"' sh ${target})
if [ -n "$hidden" ]; then
  umount ${target} || umount -l ${target}
  refuse "files appeared in "${target}" while it was mounted, so it is unmounted again: $(printf '%s\\n' "$hidden" | head -n 3 | tr '\\n' ' ')"
fi
`;
}

/** The edit of fstab; systemd makes its mount units from it. */
export function fstabScript(change: Pick<ChangeSpec, 'before' | 'after'>): string {
  return `${editScript(FSTAB_FILE, change)}
if [ -d ${SYSTEMD_RUNNING_FOLDER} ]; then systemctl daemon-reload; fi`;
}

/** In the foreground and, with NFS, for one minute: mount.nfs would else try for two. */
export function liveOptions({ type, options }: FstabEntry): string {
  const kept = options.filter((option) => option !== 'bg');
  const patient = isNfs(type) && !kept.some((option) => option.startsWith('retry='));
  return [...kept, ...(patient ? ['retry=1'] : [])].join(',');
}

/** A basic regular expression for the line of /proc/self/mountinfo, with an entry for just this file system. */
export function mountPattern(at: string, entry?: FstabEntry): string {
  const place = `^[^ ]* [^ ]* [^ ]* [^ ]* ${escapeBre(encodeOctal(at))} `;
  if (entry === undefined || !isNfs(entry.type)) return place;
  const source = escapeBre(encodeOctal(entry.source.replace(/\/+$/, '')));
  return `${place}.* - nfs4* ${source}/* `;
}

export function escapeBre(text: string): string {
  return text.replace(/[\\[\].*^$]/g, '\\$&');
}
