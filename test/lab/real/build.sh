#!/bin/sh
# Makes the disk from which lab hosts borrow Nova's own code and QEMU: Debian's packages, unpacked and not configured.
#   build.sh OUT
# Leaves OUT/tree.raw, an ext4 file system that is only ever mounted read-only.
set -eu
out=$1
root=$out/root
packages=python3-nova,qemu-utils,qemu-system-x86,base-files,dash,libc-bin,coreutils,grep,sed,util-linux,mount,e2fsprogs,dosfstools

rm -rf "$root"
# without filters: they cost more than what they leave out
mmdebstrap --quiet --mode=root --variant=extract --format=directory --include="$packages" bookworm "$root"

cd "$root"
rm -rf usr/share/doc usr/share/man usr/share/locale usr/share/ieee-data usr/share/python-babel-localedata usr/share/perl var/cache/apt \
  usr/lib/x86_64-linux-gnu/perl usr/lib/x86_64-linux-gnu/ceph usr/lib/python3/dist-packages/numpy usr/lib/python3/dist-packages/mypy \
  usr/lib/python3/dist-packages/mypyc usr/lib/python3/dist-packages/*__mypyc.*.so usr/lib/python3/dist-packages/nova/tests
chroot . ldconfig
# places for what comes from the host that borrows
mkdir -p dev proc run sys tmp var/lib/nova var/log/nova etc/nova
printf '%s\n' root:x:0:0::/root:/bin/sh nova:x:64060:64060::/var/lib/nova:/bin/sh >etc/passwd
printf '%s\n' root:x:0: nova:x:64060: >etc/group
# compiles the modules that are needed, which would take a host minutes
chroot . python3 -c 'import nova.config, nova.virt.libvirt.driver'
cd /

rm -f "$out/tree.raw"
mkfs.ext4 -q -F -L real -O ^has_journal -m 0 -d "$root" "$out/tree.raw" 640M
rm -rf "$root"
