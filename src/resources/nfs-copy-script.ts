import { nameOf } from '../core/path.ts';
import { STAGING_FOLDER } from '../core/host-paths.ts';
import { quote, quoteAll } from '../shell/quote.ts';
import { liveOptions, mountEntry } from './mount-script.ts';
import type { NfsCopyParams } from './nfs-copy.ts';

/** Of one piece in MiB: as much as is made durable, reported and held back at a time. */
export const PIECE = 64;

/**
 * As root: looks that the file is the one that the plan saw, mounts the export aside, and lets the pool's own user do the
 * rest, because the server takes root for nobody (fact 2). The file comes as descriptor 3, so that user need not be
 * allowed to read it.
 */
export function nfsCopyScript(params: NfsCopyParams): string {
  const { path, source, owner, size, mtime, inode, sha256, limit } = params;
  const name = nameOf(path);
  const piece = Math.max(1, Math.min(PIECE, limit ?? PIECE));
  const entry = mountEntry({ ...params, path: STAGING_FOLDER });
  const words = [STAGING_FOLDER, name, `${size}`, sha256, `${piece}`, `${limit ?? 0}`];
  return `if [ -L ${quote(path)} ] || [ "$(stat -c '%s %Y %i' ${quote(path)} 2>/dev/null)" != '${size} ${mtime} ${inode}' ]; then
  refuse ${quote(path)} is no longer the file that the plan saw
fi
mkdir -p -m 0755 ${STAGING_FOLDER}
exec 3<${quote(path)}
unshare -m sh -euc ${quote(MOUNT)} sh ${quoteAll([entry.type, liveOptions(entry), source, STAGING_FOLDER, owner, COPY, 'sh', ...words])} "$$" "$PPID"`;
}

const MOUNT = `timeout -k 5 150 mount -t "$1" -o "$2" "$3" "$4"
owner=$5
shift 5
exec nice chroot --userspec="$owner" --groups= / sh -euc "$@"`;

/**
 * Piece by piece into a hidden file that is called after its bytes, so that any run on any host can go on with it. The
 * last piece but one is written again, because a power cut can leave holes before the end. What the server has is read
 * back past every cache, and only what proves to be the same gets its name, which is never taken from another file
 * (fact 6). Where the connection of the run has ended nobody waits for a long copy any more: it ends between two pieces.
 */
export const COPY = `folder=$1 name=$2 size=$3 sum=$4 piece=$5 limit=$6 shell=$7 parent=$8
final=$folder/$name
part=$folder/.$name.$(printf %.12s "$sum").part
unit=$((piece * 1048576))
pieces=$(((size + unit - 1) / unit))
say() { echo "fastboot-progress $1 $((size > 0 ? size : 1)) bytes $2"; }
connected() { grep -q "^PPid:[[:space:]]*$parent$" "/proc/$shell/status" 2>/dev/null; }
if connected; then told=yes; else told=; fi
upto() { if [ $(($1 * unit)) -lt "$size" ]; then echo $(($1 * unit)); else echo "$size"; fi; }
if [ -e "$final" ] || [ -L "$final" ]; then
  echo "the pool has a file $name since the plan was made: run again"
  exit 75
fi
umask 022
: >>"$part"
have=$(stat -c %s "$part")
at=$((have / unit))
if [ "$have" -gt "$size" ]; then at=0; : >"$part"; fi
if [ $at -gt 0 ]; then at=$((at - 1)); fi
begun=$(date +%s)
first=$at
skip=$((at * piece))
while [ $at -lt $pieces ]; do
  dd of="$part" bs=1M count="$piece" skip="$skip" seek=$((at * piece)) conv=notrunc,sparse,fsync iflag=fullblock status=none <&3
  skip=0
  at=$((at + 1))
  say "$(upto $at)" "copying $name to the pool"
  if [ -n "$told" ] && ! connected; then
    echo "the connection was lost; what was copied of $name stays in the pool for the next run"
    exit 1
  fi
  if [ "$limit" -gt 0 ]; then
    ahead=$((begun + (at - first) * piece / limit - $(date +%s)))
    if [ $ahead -gt 0 ]; then sleep $ahead; fi
  fi
done
truncate -s "$size" "$part"
exec 4>&1
found=$({
  {
    at=0
    while [ $at -lt $pieces ]; do
      dd if="$part" bs=1M count="$piece" skip=$((at * piece)) iflag=direct,fullblock status=none || exit
      at=$((at + 1))
      say "$(upto $at)" "checking $name in the pool" >&4
    done
    echo read >&5
  } | sha256sum
} 5>&1)
case $found in *read*) ;; *) echo "$name could not be read back from the pool; what was copied stays there for the next run"; exit 1 ;; esac
if ! printf '%s\\n' "$found" | grep -q "^$sum "; then
  rm -f "$part"
  echo "what arrived in the pool is not the same as $name on this host, so it was taken away again: run again; if it comes back, look at disks and network"
  exit 1
fi
chmod 0644 "$part"
sync "$part" 2>/dev/null || :
if ! said=$(ln "$part" "$final" 2>&1) && ! [ "$part" -ef "$final" ]; then
  if [ -e "$final" ] || [ -L "$final" ]; then
    echo "the pool has a file $name since the plan was made: run again"
    exit 75
  fi
  echo "$said"
  exit 1
fi
# a moment later it may be another user's, and then its second name stays
rm -f "$part" 2>/dev/null || :`;
