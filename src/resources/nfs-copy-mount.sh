# Mounts the pool aside, and runs a program as the pool's own user. Runs as root, in a mount namespace of its own
# (unshare -m), which nobody else sees and which ends with the program. Needs `mount_in_time`.
# $1 to $4: type, options, source and mount point of the pool. $5 the user as UID:GID. Then the program, its name and its
# arguments.
# shellcheck shell=sh
set -eu
mount_in_time "$1" "$2" "$3" "$4"
owner=$5
shift 5
exec nice chroot --userspec="$owner" --groups= / sh -c "$@"
