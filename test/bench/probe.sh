#!/bin/sh
# Reads everything that the job would set, without comparing it.
cd /
for file in /opt/image-linker /var/lib/nova/instances/_base /opt/image-linker/linker.conf /etc/systemd/system/image-linker.service \
  /etc/systemd/system/image-linker.timer /etc/sysctl.d/60-image-linker.conf /etc/image-linker.conf /etc/nova/nova.conf; do
  stat -c '%n %F %U %G %a %s %Y' "$file"
done
cat /opt/image-linker/linker.conf /etc/systemd/system/image-linker.service /etc/systemd/system/image-linker.timer \
  /etc/sysctl.d/60-image-linker.conf /etc/nova/nova.conf /etc/fstab /proc/self/mountinfo
dpkg-query -W -f '${Package} ${Status}\n' nfs-common
readlink /etc/image-linker.conf
id nova
systemctl show -p ActiveState,UnitFileState,NeedDaemonReload image-linker.timer
