# Mounts and unmounts within a time limit, because a network file system can hang for as long as its server is away.
# shellcheck shell=sh

# mount_in_time TYPE OPTIONS SOURCE PATH
mount_in_time() { timeout -k 5 150 mount -t "$1" -o "$2" "$3" "$4"; }

# umount_in_time PATH: never by force and never lazily, so it fails where the mount is in use.
umount_in_time() { timeout -k 5 60 umount "$1"; }
