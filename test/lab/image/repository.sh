#!/bin/sh
# The packages that scenarios install, with all that they depend on, as an apt repository on the host's own disk: `apt-get install` is
# real, and works without a network. Also takes Debian's own nova-compute files out of its packages for the compute role.
set -eu
root=$1
repo=$root/srv/repo
wanted='nfs-kernel-server nfs-common python3 procps cron chrony qemu-utils'

apt() { APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get -y -q -o APT::Sandbox::User=root "$@"; }

# the packages of the base are already in the archive folder and are left out
rm -f "$root"/var/cache/apt/archives/*.deb
apt --no-install-recommends --download-only install $wanted
mkdir -p "$repo"
mv "$root"/var/cache/apt/archives/*.deb "$repo/"
for deb in "$repo"/*.deb; do
  dpkg-deb --field "$deb"
  printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "${deb##*/}" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -d' ' -f1)"
done >"$repo/Packages"
{ # names the one index there is, so that `apt-get update` looks for no other
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
