import type { JsonObject } from '../core/json.ts';
import { encodeOctal } from '../facts/mounts.ts';
import { quote } from '../shell/quote.ts';
import { editScript, unchangedScript } from './edit.ts';
import type { FstabEntry } from './fstab.ts';
import { isNfs } from './mount-options.ts';
import type { Delta } from './resource.ts';

/** A trailing slash makes no difference: the kernel shows none. */
export function sameSource(a: string, b: string): boolean {
  return a.replace(/\/+$/, '') === b.replace(/\/+$/, '');
}

/**
 * Mounts, makes sure that the right thing is mounted and that nothing is hidden beneath it, and only then writes fstab.
 * What came into the folder between the last look and the mount is seen through a mount table of our own, from which
 * the new mount is taken away.
 */
export function mountScript(entry: FstabEntry, overEmpty: boolean, parts: JsonObject): string {
  const { at, fstab } = parts as {
    readonly at: string;
    readonly fstab: Pick<Delta, 'before' | 'after'> | null;
  };
  const target = quote(at);
  const check = fstab === null ? '' : `${unchangedScript('/etc/fstab', fstab)}\n`;
  return `${check}mounted() { grep -q -e "$1" /proc/self/mountinfo; }
if mounted ${quote(mountPattern(at))}; then refuse "something was mounted at "${target}" after the plan was made"; fi
mkdir -p ${target}
${overEmpty ? emptyCheck(target) : ''}timeout -k 5 150 mount -t ${quote(entry.type)} -o ${quote(liveOptions(entry))} ${quote(entry.source)} ${target}
if ! mounted ${quote(mountPattern(at, entry))}; then
  echo ${target}" was mounted, but the mount table does not show it as "${quote(entry.source)}
  umount ${target}
  exit 1
fi
${overEmpty ? beneathCheck(target) : ''}${fstab === null ? '' : fstabScript(fstab)}`;
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

/** Unmounts, and gives up where the mount is in use; never forced, never lazy. */
export function unmountScript(at: string): string {
  return `grep -q -e ${quote(mountPattern(at))} /proc/self/mountinfo || refuse ${quote(at)} is not mounted any more
timeout -k 5 60 umount ${quote(at)}`;
}

/** The edit of fstab; systemd makes its mount units from it. */
export function fstabScript(delta: Pick<Delta, 'before' | 'after'>): string {
  return `${editScript('/etc/fstab', delta)}
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi`;
}

/** In the foreground and, with NFS, for one minute: mount.nfs would else try for two. */
function liveOptions({ type, options }: FstabEntry): string {
  const kept = options.filter((option) => option !== 'bg');
  const patient = isNfs(type) && !kept.some((option) => option.startsWith('retry='));
  return [...kept, ...(patient ? ['retry=1'] : [])].join(',');
}

/** A basic regular expression for the line of /proc/self/mountinfo, with an entry for just this file system. */
function mountPattern(at: string, entry?: FstabEntry): string {
  const place = `^[^ ]* [^ ]* [^ ]* [^ ]* ${escapeBre(encodeOctal(at))} `;
  if (entry === undefined || !isNfs(entry.type)) return place;
  const source = escapeBre(encodeOctal(entry.source.replace(/\/+$/, '')));
  return `${place}.* - nfs4* ${source}/* `;
}

function escapeBre(text: string): string {
  return text.replace(/[\\[\].*^$]/g, '\\$&');
}
