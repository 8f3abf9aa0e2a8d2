#!/bin/sh
# Turns a Debian root into the common state of all lab hosts. What differs between hosts is set after the start (../identity.ts).
set -eu
root=$1

install -d -m 700 "$root/root/.ssh"
install -m 600 "$LAB_OUT/key.pub" "$root/root/.ssh/authorized_keys"
cat >"$root/etc/ssh/sshd_config.d/lab.conf" <<'END'
LogLevel VERBOSE
UseDNS no
END

# two users for tests of become: `ops` needs no password for sudo; `opspw` needs its own ("fastboot-lab"), also to log in
for user in ops opspw; do
  chroot "$root" useradd --create-home --shell /bin/bash "$user"
  install -d -m 700 "$root/home/$user/.ssh"
  install -m 600 "$LAB_OUT/key.pub" "$root/home/$user/.ssh/authorized_keys"
  chroot "$root" chown -R "$user:$user" "/home/$user/.ssh"
done
echo 'opspw:fastboot-lab' | chroot "$root" chpasswd
printf 'ops ALL=(ALL) NOPASSWD: ALL\nopspw ALL=(ALL) ALL\n' >"$root/etc/sudoers.d/lab"
chmod 440 "$root/etc/sudoers.d/lab"

# the only source of packages is the one on the disk
rm -f "$root"/etc/apt/sources.list "$root"/etc/apt/sources.list.d/*
echo 'deb [trusted=yes] file:/srv/repo ./' >"$root/etc/apt/sources.list.d/lab.list"
rm -rf "$root"/var/lib/apt/lists/*
chroot "$root" apt-get -q update

install -D -m 755 "$LAB_HERE/agent.pl" "$root/usr/local/lib/lab/agent"
install -m 644 "$LAB_HERE/lab-agent.service" "$root/etc/systemd/system/lab-agent.service"
install -D -m 644 "$LAB_HERE/journald.conf" "$root/etc/systemd/journald.conf.d/lab.conf"
install -m 644 "$LAB_HERE/10-control.network" "$root/etc/systemd/network/10-control.network"
cp "$LAB_HERE/fstab" "$root/etc/fstab"
cp "$LAB_OUT/hosts" "$root/etc/hosts"
echo lab >"$root/etc/hostname"

chroot "$root" systemctl --quiet enable lab-agent.service ssh.service systemd-networkd.service systemd-networkd-wait-online.service
# no unit that starts by a timer, needs hardware, or waits for a terminal; and, for a quick boot, no unit that has no effect here
chroot "$root" systemctl --quiet mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer \
  e2scrub_reap.service fstrim.timer getty@tty1.service serial-getty@ttyS0.service systemd-firstboot.service \
  systemd-pstore.service systemd-machine-id-commit.service systemd-binfmt.service systemd-logind.service systemd-sysusers.service \
  systemd-network-generator.service systemd-update-utmp.service systemd-update-utmp-runlevel.service kmod-static-nodes.service \
  modprobe@configfs.service modprobe@dm_mod.service modprobe@drm.service modprobe@fuse.service modprobe@loop.service \
  dev-hugepages.mount dev-mqueue.mount sys-fs-fuse-connections.mount sys-kernel-config.mount sys-kernel-debug.mount \
  sys-kernel-tracing.mount
# each daemon-reload runs all generators; those for disks and terminals that lab hosts do not have would triple its time
install -d "$root/etc/systemd/system-generators"
for name in bless-boot cryptsetup debug getty gpt-auto hibernate-resume integritysetup rc-local run system-update veritysetup; do
  ln -s /dev/null "$root/etc/systemd/system-generators/systemd-$name-generator"
done
chroot "$root" systemctl --quiet set-default multi-user.target
