#!/bin/sh
# Makes an apt repository on the host's own disk, with the packages that scenarios install and their dependencies:
# `apt-get install` is real there, and works without a network. Also extracts Debian's own nova-compute files.
set -eu
root=$1
repo=$root/srv/repo
packages='nfs-kernel-server nfs-common python3 procps cron chrony qemu-utils'

apt() { APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get -y -q -o APT::Sandbox::User=root "$@"; }

# the packages of the base are in the archive folder already; they are not needed
rm -f "$root"/var/cache/apt/archives/*.deb
# shellcheck disable=SC2086 # a list of words
apt --no-install-recommends --download-only install $packages
mkdir -p "$repo"
mv "$root"/var/cache/apt/archives/*.deb "$repo/"
for deb in "$repo"/*.deb; do
  dpkg-deb --field "$deb"
  printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "${deb##*/}" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -d' ' -f1)"
done >"$repo/Packages"
{ # names the only index, so that `apt-get update` does not look for others
  printf 'Origin: fastboot-lab\nDate: %s\nSHA256:\n' "$(LC_ALL=C date -uR)"
  printf ' %s %s Packages\n' "$(sha256sum "$repo/Packages" | cut -d' ' -f1)" "$(stat -c %s "$repo/Packages")"
} >"$repo/Release"

nova=$LAB_OUT/nova
rm -rf "$nova" && mkdir -p "$nova/debs"
(cd "$nova/debs" && apt download nova-compute nova-compute-kvm nova-common)
for deb in "$nova"/debs/*.deb; do dpkg-deb --extract "$deb" "$nova/debs/tree"; done
cp "$nova/debs/tree/lib/systemd/system/nova-compute.service" "$nova/nova-compute.service"
cp "$nova/debs/tree/etc/init.d/nova-compute" "$nova/nova-compute.init"
cp "$nova/debs/tree/usr/share/nova-common/nova.conf" "$nova/nova.conf"
cp "$nova/debs/tree/etc/nova/nova-compute.conf" "$nova/nova-compute.conf"
rm -rf "$nova/debs"
