#!/bin/sh
# Runs a command in the tree of the second disk, with this host's own Nova folders, devices and processes in it:
#   enter.sh UID:GID COMMAND...
# Only the command sees the tree, as in a container; what this host mounts later appears in it. Paths are the same inside
# and outside, so that /proc shows the command's open files as on a real compute node.
set -eu
ids=$1
shift
export ENTER_UID="${ids%:*}" ENTER_GID="${ids#*:}"
mkdir -p /run/real/tree
exec unshare --mount --propagation slave sh -euc '
mount -o ro /dev/vdb /run/real/tree
cd /run/real/tree
for place in dev proc run tmp etc/nova var/lib/nova var/log/nova; do mount --rbind "/$place" "$place"; done
pivot_root . .
umount -l .
exec setpriv --reuid="$ENTER_UID" --regid="$ENTER_GID" --clear-groups -- "$@"' sh "$@"
