#!/bin/sh
# Undoes the job on a host.
systemctl disable -q --now image-linker.timer 2>/dev/null
rm -rf /opt/image-linker /var/lib/nova/instances/_base /etc/systemd/system/image-linker.* /etc/sysctl.d/60-image-linker.conf \
  /etc/image-linker.conf /var/lib/glance
sed -i 's/^remove_unused_base_images.*/#remove_unused_base_images = true/' /etc/nova/nova.conf
sed -i '\|/var/lib/glance/images|d' /etc/fstab
gpasswd -d nova libvirt >/dev/null
systemctl daemon-reload
