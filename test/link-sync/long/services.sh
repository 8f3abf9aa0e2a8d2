# Debian's real Glance and Keystone in a root of their own.
#   services.sh ROOT FOLDER COMMAND...     COMMAND in ROOT, with FOLDER there as /mnt
# Runs in a mount and process namespace that ends, with everything in it, when it is killed.
set -e
root=$1 folder=$2
shift 2
mount --make-rprivate /
mount --bind "$folder" "$root/mnt"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
exec chroot "$root" "$@"
