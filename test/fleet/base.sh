#!/bin/sh
# Makes the root file system that all hosts share: Debian 12 as on a compute node, with what the tests need.
#   base.sh ROOT
set -eu
root=$1
packages=systemd-sysv,dbus,openssh-server,sudo,iproute2,procps,kmod,cron,nfs-common,nfs-kernel-server

export DEBIAN_FRONTEND=noninteractive
rm -rf "$root"
mmdebstrap --quiet --mode=root --variant=minbase --format=directory --include="$packages" \
  --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  bookworm "$root"

# sshd's log is counted by tests
rm -f "$root"/etc/ssh/ssh_host_*
cat >"$root/etc/ssh/sshd_config.d/fleet.conf" <<'EOF'
AuthorizedKeysFile .ssh/authorized_keys /etc/ssh/%u_keys
LogLevel VERBOSE
UseDNS no
EOF
echo "SSHD_OPTS='-E /var/log/sshd.log'" >"$root/etc/default/ssh"

mkdir -p "$root/etc/systemd/journald.conf.d"
printf '[Journal]\nStorage=volatile\nRuntimeMaxUse=8M\nReadKMsg=no\nAudit=no\n' >"$root/etc/systemd/journald.conf.d/fleet.conf"
# units that need hardware, a network of their own, the kernel's NFS server, or the machine's clock
for unit in getty.target console-getty.service systemd-firstboot.service systemd-modules-load.service systemd-timesyncd.service \
  proc-sys-fs-binfmt_misc.automount sys-kernel-debug.mount sys-kernel-tracing.mount dev-hugepages.mount dev-mqueue.mount \
  sys-fs-fuse-connections.mount apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service \
  fstrim.timer rpcbind.service rpcbind.socket rpc-statd.service rpc-statd-notify.service nfs-blkmap.service run-rpc_pipefs.mount \
  proc-fs-nfsd.mount nfs-server.service nfs-mountd.service nfs-idmapd.service nfsdcld.service; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
ln -sf /lib/systemd/system/multi-user.target "$root/etc/systemd/system/default.target"

{ # each host knows the others by name
  echo '127.0.0.1 localhost'
  for host in $(seq 1 250); do echo "10.79.0.$host c$host"; done
} >"$root/etc/hosts"
: >"$root/etc/machine-id"
printf '# what this host mounts\n/dev/vda1 / ext4 defaults 0 1\n' >"$root/etc/fstab"

# nova's users and files, as on a compute node
chroot "$root" groupadd -g 64060 nova
chroot "$root" useradd -u 64060 -g nova -d /var/lib/nova -s /usr/sbin/nologin nova
chroot "$root" groupadd -g 64055 libvirt
chroot "$root" install -d -o nova -g nova /var/lib/nova /var/lib/nova/instances
chroot "$root" install -d -m 750 -g nova /etc/nova
{
  printf '[DEFAULT]\n# where nova keeps its state (string value)\nstate_path = /var/lib/nova\n# where it logs (string value)\nlog_dir = /var/log/nova\nuse_neutron = true\n'
  printf '\n[image_cache]\n# Should unused base images be removed? (boolean value)\n#remove_unused_base_images = true\nmanager_interval = 2400\n'
  for section in api barbican cache cinder compute conductor console glance ironic key_manager keystone libvirt metrics neutron; do
    printf '\n[%s]\n' $section
    for option in $(seq 1 12); do printf '# what option_%s of %s is for (string value)\n#option_%s = <None>\n' "$option" "$section" "$option"; done
  done
} >"$root/etc/nova/nova.conf"
chroot "$root" chgrp nova /etc/nova/nova.conf
chmod 640 "$root/etc/nova/nova.conf"

# packages that can be installed without a network; the first one recommends the second
repository=$root/srv/repository
mkdir -p "$repository"
for name in fastboot-tiny fastboot-unwanted; do
  tree=$root/tmp/$name
  mkdir -p "$tree/DEBIAN" "$tree/usr/share/$name"
  echo hello >"$tree/usr/share/$name/hello"
  printf 'Package: %s\nVersion: 1.0\nArchitecture: all\nMaintainer: fleet <fleet@localhost>\nDescription: nothing much\n' $name >"$tree/DEBIAN/control"
  if [ $name = fastboot-tiny ]; then echo 'Recommends: fastboot-unwanted' >>"$tree/DEBIAN/control"; fi
  deb=$repository/$name.deb
  dpkg-deb --root-owner-group --build "$tree" "$deb" >&2
  rm -r "$tree"
  dpkg-deb --field "$deb"
  printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "${deb##*/}" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -d ' ' -f 1)"
done >"$repository/Packages"
echo 'deb [trusted=yes] file:/srv/repository ./' >"$root/etc/apt/sources.list"
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
