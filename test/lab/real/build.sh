#!/bin/sh
# Makes the disk with Nova's real code and QEMU, which lab hosts mount: Debian's packages, unpacked and not configured.
#   build.sh OUT
# Makes OUT/tree.raw, an ext4 file system that is always mounted read-only.
set -eu
out=$1
root=$out/root
packages=python3-nova,qemu-utils,qemu-system-x86,base-files,dash,libc-bin,coreutils,grep,sed,util-linux,mount,e2fsprogs,dosfstools

rm -rf "$root"
# without path filters: they take more time than the files that they leave out
mmdebstrap --quiet --mode=root --variant=extract --format=directory --include="$packages" bookworm "$root"

cd "$root"
rm -rf usr/share/doc usr/share/man usr/share/locale usr/share/ieee-data usr/share/python-babel-localedata usr/share/perl var/cache/apt \
  usr/lib/x86_64-linux-gnu/perl usr/lib/x86_64-linux-gnu/ceph usr/lib/python3/dist-packages/numpy usr/lib/python3/dist-packages/mypy \
  usr/lib/python3/dist-packages/mypyc usr/lib/python3/dist-packages/*__mypyc.*.so usr/lib/python3/dist-packages/nova/tests
chroot . ldconfig
# mount points for the folders of the host that mounts this disk
mkdir -p dev proc run sys tmp var/lib/nova var/log/nova etc/nova
printf '%s\n' root:x:0:0::/root:/bin/sh nova:x:64060:64060::/var/lib/nova:/bin/sh >etc/passwd
printf '%s\n' root:x:0: nova:x:64060: >etc/group
# compiles the modules that are needed; on a host this would take minutes
chroot . python3 -c 'import nova.config, nova.virt.libvirt.driver'
cd /

rm -f "$out/tree.raw"
mkfs.ext4 -q -F -L real -O ^has_journal -m 0 -d "$root" "$out/tree.raw" 640M
rm -rf "$root"
