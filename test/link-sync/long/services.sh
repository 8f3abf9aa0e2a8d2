#!/bin/sh
# Runs a command in a Debian root that has the real Glance and Keystone.
#   services.sh ROOT FOLDER COMMAND...     runs COMMAND in ROOT; FOLDER is /mnt there
# It has to run in its own mount and process namespace, which ends with everything in it when it is killed.
set -e
root=$1 folder=$2
shift 2
mount --make-rprivate /
mount --bind "$folder" "$root/mnt"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
exec chroot "$root" "$@"
