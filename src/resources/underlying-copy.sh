# Copies a file of the pool into the folder under the pool's mount. Runs in a mount namespace of its own (unshare -m).
# $1 the folder that the mount point lies in, $2 the mount point's name there, $3 the file's name, $4 its size in bytes,
# $5 UID:GID of the copy, $6 seconds between two reports. Descriptor 8 is the pool's file.
# The copy gets its name only when its bytes were read again and are the same, and only if nothing has that name. What an
# earlier run left unfinished is begun anew. No process may stay behind: it would keep the pool mounted in this namespace.
# Exit code 3: a file of this name appeared meanwhile.
# shellcheck shell=sh

set -eu
mount -n --bind "$1" "$1" && cd -P -- "$1/$2"
new=.$3.fastboot-new
reporter=
trap 'if [ -n "$reporter" ]; then kill $reporter; wait $reporter || :; fi; rm -f -- "$new"' EXIT
rm -f -- "$new"
umask 077
: >"$new"
# The last byte is not reported: the file is complete only when it was read again.
report() {
  trap 'kill $nap; exit' TERM
  while :; do
    printf 'fastboot-progress %s %s bytes %s\n' "$(stat -c %s -- "$new")" $(($4 + 1)) "copying $3 back"
    sleep "$6" >/dev/null 2>&1 &
    nap=$!
    wait $nap
  done
}
report "$@" 8<&- &
reporter=$!
cp --sparse=always /proc/self/fd/8 "$new"
theirs=$(sha256sum <&8)
ours=$(sha256sum <"$new")
if [ "$theirs" != "$ours" ] || [ "$(stat -c %s -- "$new")" != "$4" ]; then
  echo "the copy of $3 differs from the file in the pool, so it was removed. If it happens again, check disks and network"
  exit 1
fi
chown "$5" "$new"
chmod 0644 "$new"
sync -- "$new"
ln -- "$new" "$3" || exit 3
rm -f -- "$new"
sync -- .
