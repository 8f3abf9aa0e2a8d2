#!/bin/sh
# The first process of a host: makes its root and its file systems, then starts systemd in its place.
#   init.sh BASE OWN      BASE: the root that all hosts share; OWN: this host's folder, with its own files under etc
# All mounts are made in the host's own mount namespace and end with it.
set -eu
base=$1
own=$2
# /proc is still the machine's at this point, so this is the machine's number of the process
read -r pid _ </proc/self/stat
echo "$pid" >"$own/pid"

mount -t tmpfs -o mode=755,size=1g tmpfs "$own/disk"
mkdir "$own/disk/upper" "$own/disk/work"
cp -R "$own/etc" "$own/disk/upper/etc"
hostname "$(cat "$own/etc/hostname")"
mount -t overlay -o "lowerdir=$base,upperdir=$own/disk/upper,workdir=$own/disk/work" overlay "$own/root"
cd "$own/root"

mount -t proc -o nosuid,nodev,noexec proc proc
# the kernel's settings are the machine's, but for those of the network, which are the host's own
mount --bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys
mount --bind proc/sys/net proc/sys/net
mount -o remount,bind,rw proc/sys/net
mount -t sysfs -o nosuid,nodev,noexec,ro sysfs sys
mount -t tmpfs -o nosuid,nodev,noexec,mode=755 tmpfs sys/fs/cgroup 2>/dev/null || :
mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 sys/fs/cgroup
mount -t tmpfs -o nosuid,mode=755,size=4m tmpfs dev
while read -r device major minor; do
  mknod -m 666 "dev/$device" c "$major" "$minor"
done <<'EOF'
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
EOF
mkdir dev/pts dev/shm
mount -t devpts -o nosuid,noexec,newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
for stream in 0:stdin 1:stdout 2:stderr; do ln -s "fd/${stream%:*}" "dev/${stream#*:}"; done
: >dev/console
mount -t tmpfs -o nosuid,nodev,mode=755,size=64m tmpfs run
mount -t tmpfs -o nosuid,nodev,mode=1777,size=256m tmpfs tmp

mkdir run/old
pivot_root . run/old
cd /
umount -l /run/old
rmdir /run/old
drop=-sys_module,-sys_time,-syslog,-sys_rawio,-sys_boot,-mac_admin,-mac_override,-wake_alarm,-block_suspend
exec env -i container=fleet PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM=linux \
  setpriv --bounding-set "$drop" --inh-caps "$drop" -- /lib/systemd/systemd --log-target=journal --show-status=0
