#!/bin/sh
# Makes the users and folders of Debian's nova-compute and libvirt-daemon-system, without Nova itself. Runs once on a fresh host.
kvm=$(sed -n 's/^kvm:[^:]*:\([0-9]*\):.*/\1/p' /etc/group)
printf '%s\n' nova:x:64060: libvirt:x:120:nova libvirt-qemu:x:64055:libvirt-qemu >>/etc/group
printf '%s\n' 'nova:!::' 'libvirt:!::nova' 'libvirt-qemu:!::libvirt-qemu' >>/etc/gshadow
printf '%s\n' 'nova:x:64060:64060::/var/lib/nova:/bin/sh' \
  "libvirt-qemu:x:64055:$kvm:Libvirt Qemu,,,:/var/lib/libvirt:/usr/sbin/nologin" >>/etc/passwd
printf '%s\n' 'nova:!:19000::::::' 'libvirt-qemu:!:19000::::::' >>/etc/shadow
install -d -o nova -g nova -m 755 /var/lib/nova /var/lib/nova/instances
install -d -o nova -g adm -m 750 /var/log/nova
install -d -o nova -g nova -m 750 /etc/nova
chown root:nova /etc/nova/nova.conf /etc/nova/nova-compute.conf
chmod 640 /etc/nova/nova.conf
ln -s /lib/systemd/system/nova-compute.service /etc/systemd/system/multi-user.target.wants/nova-compute.service
