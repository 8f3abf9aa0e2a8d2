#!/bin/sh
# Makes a tree with OpenStack's real code and QEMU: Debian's packages, unpacked and not configured.
#   build.sh OUT
# Makes OUT/root, where glance-api and keystone run in a chroot, and OUT/tree.raw, the same as an ext4 file system: lab hosts
# mount it read-only and run Nova's code and QEMU from it.
set -eu
out=$1
root=$out/root
packages=python3-nova,glance-api,keystone,qemu-utils,qemu-system-x86
packages=$packages,base-files,dash,libc-bin,coreutils,grep,sed,util-linux,mount,e2fsprogs,dosfstools

rm -rf "$root"
# without path filters: they take more time than the files that they leave out
mmdebstrap --quiet --variant=extract --format=directory --include="$packages" bookworm "$root"

cd "$root"
rm -rf usr/share/doc usr/share/man usr/share/locale usr/share/ieee-data usr/share/python-babel-localedata usr/share/perl var/cache/apt \
  usr/lib/x86_64-linux-gnu/perl usr/lib/x86_64-linux-gnu/ceph usr/lib/python3/dist-packages/numpy usr/lib/python3/dist-packages/mypy \
  usr/lib/python3/dist-packages/mypyc usr/lib/python3/dist-packages/*__mypyc.*.so usr/lib/python3/dist-packages/nova/tests
chroot . ldconfig
# mount points for the folders of the host that mounts this disk, and for those of a test
mkdir -p dev mnt proc run sys tmp var/lib/nova var/log/nova etc/nova
printf '%s\n' root:x:0:0::/root:/bin/sh nova:x:64060:64060::/var/lib/nova:/bin/sh >etc/passwd
printf '%s\n' root:x:0: nova:x:64060: >etc/group
# compiles the modules that are needed; on a host this would take minutes
chroot . python3 -c 'import nova.config, nova.virt.libvirt.driver'
cd /

rm -f "$out/tree.raw"
mkfs.ext4 -q -F -L real -O ^has_journal -m 0 -d "$root" "$out/tree.raw" 1G
