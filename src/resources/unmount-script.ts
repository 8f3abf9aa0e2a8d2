import type { JsonObject } from '../core/json.ts';
import { encodeOctal } from '../formats/octal.ts';
import { quote, quoteAll } from '../shell/quote.ts';
import type { FstabEntry } from '../formats/fstab.ts';
import { escapeBre, liveOptions, mountPattern, PROOF } from './mount-script.ts';

/** What must hold when a mount of base files is taken away from VMs that were made on them. */
export type RequireAfterUnmount = JsonObject & {
  /** Nova's folder of instances. */
  readonly instances: string;
  /** All base files that disks below it lead to, as far as the plan saw. */
  readonly known: readonly string[];
  /** Those of them that are in what is mounted: they must be the same beneath. */
  readonly shown: readonly string[];
  /** `UID:GID` of nova, for a folder that root has made before nova did. */
  readonly owner: string;
};

/** Unmounts, and gives up where the mount is in use; never forced, never lazy. */
export function unmountScript(
  at: string,
  required: RequireAfterUnmount | undefined,
  entry: FstabEntry,
): string {
  const target = quote(at);
  const gone = `grep -q -e ${quote(mountPattern(at))} /proc/self/mountinfo || refuse ${target} is not mounted any more`;
  if (required === undefined) return `${gone}\ntimeout -k 5 60 umount ${target}`;
  return `${gone}
${knownCheck(required)}
proof() (cd -P -- ${target} && set -- ${quoteAll(required.shown.map((name) => `./${name}`))} && ${PROOF})
before=$(proof)
if printf '%s\\n' "$before" | grep -qx missing; then refuse "base files that VMs use are not in the pool any more: run again"; fi
users() {
  ls -l /proc/[0-9]*/fd /proc/[0-9]*/cwd 2>/dev/null | awk -v at=${target} '
    /^\\/proc/ { folder = $0; sub(/:$/, "/", folder); next }
    index($0, " -> " at) { words = split(substr($0, 1, index($0, " -> ") - 1), word, " "); print (word[words] ~ /^\\// ? "" : folder) word[words] }' |
    head -n 5 | tr '\\n' ' '
}
timeout -k 5 60 umount ${target} || refuse ${target}" is in use, so it stays mounted: $(users)"
back() {
  timeout -k 5 150 mount -t ${quote(entry.type)} -o ${quote(liveOptions(entry))} ${quote(entry.source)} ${target} || echo "it could not be mounted again: mount "${target}
  refuse "$1, so it is mounted again"
}
if grep -q -e ${quote(mountPattern(at))} /proc/self/mountinfo; then back "something else was mounted beneath "${target}; fi
others=$(grep -s -e ${quote(` - nfs4* ${escapeBre(encodeOctal(entry.source.replace(/\/+$/, '')))}/* `)} /proc/[0-9]*/mountinfo | head -n 1)
[ -z "$others" ] || back "a process still has the pool mounted: \${others%%:*}"
[ "$(proof)" = "$before" ] || back "the base files that VMs use are not the same beneath "${target}
if [ "$(stat -c %u ${target})" = 0 ]; then chown ${quote(required.owner)} ${target}; fi`;
}

/** The start of each disk is searched for names of base files: a VM may have come after the plan was made. */
function knownCheck({ instances, known }: RequireAfterUnmount): string {
  const wanted = known.map((each) => `_base/${each}`).join('\n');
  const search = `cd -P -- "$1" || exit 1
find . -path ./_base -prune -o -type f ! -name 'console*.log*' ! -name disk.info ! -name libvirt.xml -exec head -q -c 2048 {} + |
  grep -aoE ${quote('_base/[^[:cntrl:]"]+')} | sort -u | { grep -Fvx -e "$2" || :; } | head -n 3`;
  return `late=$(sh -c ${quote(search)} sh ${quoteAll([instances, wanted])})
[ -z "$late" ] || refuse "disks lead to base files that the plan did not see; run again: $(printf '%s' "$late" | tr '\\n' ' ')"`;
}
