#!/bin/sh
# Makes the disk that every lab host starts from: Debian 12 with systemd and sshd, without NFS.
#   build.sh OUT
# Needs OUT/key.pub. Makes OUT/disk.raw, OUT/vmlinuz, OUT/initrd and OUT/nova (Debian's own nova files).
set -eu
out=$1
here=$(cd "$(dirname "$0")" && pwd)
root=$out/root
export DEBIAN_FRONTEND=noninteractive LAB_OUT="$out" LAB_HERE="$here"

# the packages of a Debian server without NFS
base=systemd,systemd-sysv,dbus,udev,openssh-server,sudo,iproute2,kmod,initramfs-tools,zstd,linux-image-cloud-amd64,python3,ucf,netbase,libldap-2.5-0,rpcbind,keyutils,libnfsidmap1,libevent-core-2.1-7

rm -rf "$root"
# cleaning up apt's lists would also remove those of the hosts' own repository
mmdebstrap --quiet --mode=root --skip=cleanup/apt/lists --variant=minbase --format=directory --include="$base" \
  --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  --essential-hook='sh "$LAB_HERE/initramfs.sh" "$1"' \
  --customize-hook='sh "$LAB_HERE/repository.sh" "$1"' \
  --customize-hook='sh "$LAB_HERE/customize.sh" "$1"' \
  bookworm "$root"

cp "$root"/boot/vmlinuz-* "$out/vmlinuz"
cp "$root"/boot/initrd.img-* "$out/initrd"
rm -f "$root"/boot/initrd.img-* "$out/disk.raw"
# inode tables are written now: otherwise each guest would write them in its first minutes
mkfs.ext4 -q -F -L lab -N 131072 -E lazy_itable_init=0,lazy_journal_init=0 -d "$root" "$out/disk.raw" 6G
rm -rf "$root"
