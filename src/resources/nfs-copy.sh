# Copies a file into the pool. Runs as the pool's own user, because the server treats root as nobody.
# Descriptor 3 is the file, so that this user needs no right to read it.
# $1 the pool's folder, $2 the file's name, $3 its size in bytes, $4 its SHA-256, $5 the size of a piece in MiB,
# $6 the limit in MiB/s (0: none), $7 the shell that the run has on this host, $8 the parent of that shell.
# Needs `digest_pieces`.
# shellcheck shell=sh disable=SC2154

set -eu
folder=$1 name=$2 size=$3 sum=$4 piece=$5 limit=$6 shell=$7 parent=$8
final=$folder/$name
# The hidden file is named after its content, so that any run on any host can continue the copy.
part=$folder/.$name.$(printf %.12s "$sum").part
unit=$((piece * 1048576))
pieces=$(((size + unit - 1) / unit))

# The shell of the run is a child of the process that serves the connection. When the connection is lost that process
# ends, and the shell gets another parent. Then nobody waits for the copy any more.
is_connected() { grep -q "^PPid:[[:space:]]*$parent$" "/proc/$shell/status" 2>/dev/null; }
if is_connected; then was_connected=yes; else was_connected=; fi

refuse_if_taken() {
  if [ -e "$final" ] || [ -L "$final" ]; then
    echo "the pool got a file $name after the plan was made"
    exit 75
  fi
}

# bytes_of N: prints the size of the first N pieces.
bytes_of() { if [ $(($1 * unit)) -lt "$size" ]; then echo $(($1 * unit)); else echo "$size"; fi; }

refuse_if_taken
umask 022
: >>"$part"
have=$(stat -c %s "$part")
at=$((have / unit))
if [ "$have" -gt "$size" ]; then at=0; : >"$part"; fi
# The last piece is written again, because a power cut can leave holes in it.
if [ $at -gt 0 ]; then at=$((at - 1)); fi
begun=$(date +%s)
first=$at
skip=$((at * piece))
while [ $at -lt $pieces ]; do
  dd of="$part" bs=1M count="$piece" skip="$skip" seek=$((at * piece)) conv=notrunc,sparse,fsync iflag=fullblock status=none <&3
  skip=0
  at=$((at + 1))
  echo "fastboot-progress $(bytes_of $at) $((size > 0 ? size : 1)) bytes copying $name to the pool"
  if [ -n "$was_connected" ] && ! is_connected; then
    echo "the connection was lost; the part of $name that was copied stays in the pool for the next run"
    exit 1
  fi
  if [ "$limit" -gt 0 ]; then
    ahead=$((begun + (at - first) * piece / limit - $(date +%s)))
    if [ $ahead -gt 0 ]; then sleep $ahead; fi
  fi
done
truncate -s "$size" "$part"

# iflag=direct: what the server has is read back, and not what a cache of this host holds.
if ! digest_pieces "$size" "$piece" direct,fullblock "checking $name in the pool" <"$part"; then
  echo "$name could not be read back from the pool; the copied part stays there for the next run"
  exit 1
fi
if [ "$digest" != "$sum" ]; then
  rm -f "$part"
  echo "the copy differs from $name, so it was removed. Run again. If it happens again, check disks and network"
  exit 1
fi
chmod 0644 "$part"
sync "$part" 2>/dev/null || :
# A link never replaces another file of this name. All shells of hosts know -ef.
# shellcheck disable=SC3013
if ! output=$(ln "$part" "$final" 2>&1) && ! [ "$part" -ef "$final" ]; then
  refuse_if_taken
  echo "$output"
  exit 1
fi
# link-sync may have changed the owner by now. Then this user cannot remove the second name, and it stays.
rm -f "$part" 2>/dev/null || :
