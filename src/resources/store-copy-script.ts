import { parentOf } from '../core/path.ts';
import { STAGING_FOLDER } from '../core/host-paths.ts';
import { quote, quoteAll } from '../shell/quote.ts';
import { COPY, PIECE } from './nfs-copy-script.ts';
import { LISTING, liveOptions, mountEntry } from './mount-script.ts';
import type { StoreCopyParams } from './store-copy.ts';

/** As root, in a mount table of its own, with the export mounted aside; the export's own user writes what is copied. */
export function storeCopyScript(params: StoreCopyParams): string {
  const { path, source, owner, ledger, listing, limit } = params;
  const piece = Math.max(1, Math.min(PIECE, limit ?? PIECE));
  const entry = mountEntry({ ...params, path: STAGING_FOLDER });
  const words = [
    entry.type,
    liveOptions(entry),
    source,
    STAGING_FOLDER,
    owner,
    path,
    `${piece}`,
    `${limit ?? 0}`,
  ];
  const folders = [ledger, ...(listing === undefined ? [] : [listing])].map(parentOf);
  return `mkdir -p -m 0755 ${quoteAll([...new Set([STAGING_FOLDER, ...folders])])}
if [ -L ${quote(ledger)} ]; then refuse ${quote(ledger)} is a link; fi
(umask 077; : >>${quote(ledger)})
${listing === undefined ? '' : `rm -f ${quote(listing)}\n`}unshare -m sh -euc ${quote(STORE)} sh ${quoteAll([...words, ledger, listing ?? '', COPY])} "$$" "$PPID"`;
}

/** The SHA-256 of the file on descriptor 3, piece by piece, so that it is seen to go on. */
const DIGEST = `found=$({
  {
    at=0
    while [ $((at * piece * 1048576)) -lt "$size" ]; do
      dd bs=1M count="$piece" iflag=$flags status=none <&3 || exit
      at=$((at + 1))
      done=$((at * piece * 1048576))
      if [ $done -gt "$size" ]; then done=$size; fi
      echo "fastboot-progress $done $size bytes $what" >&4
    done
    echo read >&5
  } | sha256sum
} 5>&1)
case $found in *read*) ;; *) echo "$what failed"; exit 1 ;; esac
found=$(printf '%s\\n' "$found" | grep -v '^read' | cut -d ' ' -f 1)`;

/** As the export's user: whether its file has these bytes, past every cache. */
const COMPARE = `name=$2 size=$3 piece=$5 flags=direct,fullblock what="checking $2 in the pool"
exec 4>&1 3<"$1/$name"
${DIGEST}
[ "$found" = "$4" ]`;

/**
 * Every file once: what the ledger says of this very file and of this very file of the export is not read again. A file
 * that somebody writes to is left for later, or, in the end, refused. What is copied gets its name only when it is whole
 * (`COPY`), and a name that is taken must have the same bytes.
 */
const STORE = `timeout -k 5 150 mount -t "$1" -o "$2" "$3" "$4"
staging=$4 owner=$5 path=$6 piece=$7 limit=$8
shift 8
ledger=$1 listing=$2 copy=$3 shell=$4 parent=$5
newline='
'
cd -P -- "$path"
stop() { printf '%s\\n' "$*"; exit 75; }
as() { nice chroot --userspec="$owner" --groups= / sh -euc "$@"; }
list() { ${LISTING}; }
writing() { ls -l /proc/[0-9]*/fd 2>/dev/null | grep -F -e " -> $PWD/$name" | grep -q '^l.w'; }
theirs() { as 'cd "$1" && stat -c "%s %i" "./$2" 2>/dev/null || :' sh "$staging" "$name"; }
known=$newline$(cat "$ledger")$newline
there=$newline$(as 'cd "$1" && find . ! -name . -prune -type f -exec stat -c "%s %i %n//" {} +' sh "$staging")
if [ -n "$listing" ]; then before=$(list); fi
number=0 total=0 late=
for file in * .[!.]* ..?*; do if [ -f "$file" ]; then total=$((total + 1)); fi; done
for name in * .[!.]* ..?*; do
  if ! [ -e "$name" ] && ! [ -L "$name" ] || [ "$name" = lost+found ]; then continue; fi
  case $name in
    .* | -* | *[!A-Za-z0-9._-]*) stop "$PWD/$name is no file of Glance's: move it elsewhere if nothing uses it, then run again" ;;
  esac
  if [ -L "$name" ] || ! [ -f "$name" ]; then stop "$PWD/$name is no regular file: move it elsewhere if nothing uses it, then run again"; fi
  number=$((number + 1))
  stamp=$(stat -c '%s %Y %i' "./$name")
  size=\${stamp%% *}
  other=
  case $there in *" ./$name//"*) other=\${there%%" ./$name//"*}; other=\${other##*"$newline"} ;; esac
  case $known in
    *"$newline$stamp \${other#* } $name//$newline"*) if [ -n "$other" ] && [ "\${other%% *}" = "$size" ]; then continue; fi ;;
  esac
  if writing || { [ -z "$listing" ] && [ "$size" -eq 0 ]; }; then
    if [ -n "$listing" ]; then stop "$PWD/$name is still being written: run again"; fi
    late=$name
    continue
  fi
  exec 3<"./$name" 4>&1
  flags=fullblock what="reading $name ($number of $total)"
  ${DIGEST}
  sum=$found
  if [ "$(stat -c '%s %Y %i' "./$name")" != "$stamp" ] || writing; then
    if [ -n "$listing" ]; then stop "$PWD/$name is still being written: run again"; fi
    late=$name
    continue
  fi
  if [ -z "$other" ]; then other=$(theirs); fi
  if [ -z "$other" ]; then
    exec 3<"./$name"
    as "$copy" sh "$staging" "$name" "$size" "$sum" "$piece" "$limit" "$shell" "$parent"
    other=$(theirs)
  elif [ "\${other%% *}" != "$size" ] || ! as ${quote(COMPARE)} sh "$staging" "$name" "$size" "$sum" "$piece"; then
    stop "the pool has another file $name since the plan was made: run again"
  fi
  if [ "$(stat -c '%s %Y %i' "./$name")" != "$stamp" ]; then stop "$PWD/$name changed while it was copied: run again"; fi
  printf '%s %s %s//\\n' "$stamp" "\${other#* }" "$name" >>"$ledger"
done
if [ -n "$late" ]; then echo "$late is still being written, and is copied at the end"; fi
if [ -n "$listing" ]; then
  [ "$(list)" = "$before" ] || stop "the files in $PWD are changing: run again"
  printf '%s\\n' "$before" >"$listing"
fi`;
