#!/bin/sh
# Runs a command in the borrowed tree, with this host's own Nova folders, devices and processes in it:
#   enter.sh UID:GID COMMAND...
# As with a container, or with a QEMU that libvirt starts, the tree is to be seen by that command alone, and what this host mounts later
# reaches it. Paths are the same inside as outside, so that what /proc says of the command's open files is as on a real compute node.
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
