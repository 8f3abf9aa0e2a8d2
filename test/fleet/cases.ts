/** One playbook of `playbooks/` on one host. */
export interface Case {
  readonly playbook: string;
  /** what is there before */
  readonly before?: string;
  /** prints what there is to see, and knows nothing of fastboot */
  readonly look: string;
  readonly wanted: string;
  /** what somebody does by hand */
  readonly drift: string;
  /** the changes that a plan must name then, and no other */
  readonly named: readonly string[];
}

export const cases: readonly Case[] = [
  {
    playbook: 'files.yaml',
    before: 'echo welcome >/etc/motd',
    look: `cd /srv/site && stat -c '%n %F %U:%G %a' . * && cat "it's a file" taken && readlink link && ls /etc/motd 2>&1 || :`,
    wanted: `. directory nova:libvirt 2750
it's a file regular file nova:nova 640
link symbolic link root:libvirt 777
taken regular file root:root 644
one $HOME \`id\`
taken as it is: {{ nothing }}
it's a file
ls: cannot access '/etc/motd': No such file or directory
`,
    drift: `cd /srv/site; chmod 777 .; echo more >>"it's a file"; ln -sf /nowhere link; rm taken; echo back >/etc/motd`,
    named: [
      'directory /srv/site',
      "file /srv/site/it's a file",
      'file /srv/site/taken',
      'link /srv/site/link',
      'absent /etc/motd',
    ],
  },
  {
    playbook: 'text.yaml',
    look: `cd /etc; grep -A 3 '^.image_cache' nova/nova.conf; tail -n 2 nova/nova.conf; wc -l <nova/nova.conf; stat -c '%U:%G %a' nova/nova.conf
grep ^UMASK login.defs; grep -c ^LOG_UNKFAIL login.defs; tail -n 5 security/limits.conf`,
    wanted: `[image_cache]
# Should unused base images be removed? (boolean value)
remove_unused_base_images = false
manager_interval = 2400
[workarounds]
never_download_image_if_on_rbd = true
377
root:nova 640
UMASK 027
0
# End of file
# BEGIN nova
nova soft nofile 65536
nova hard nofile 65536
# END nova
`,
    drift: `cd /etc; sed -i 's/^remove_unused.*/remove_unused_base_images=True/; s/^never_down.*/#&/' nova/nova.conf
sed -i 's/^UMASK.*/UMASK 022/' login.defs; echo 'LOG_UNKFAIL_ENAB yes' >>login.defs; sed -i /hard/d security/limits.conf`,
    named: [
      'ini_option /etc/nova/nova.conf [image_cache] remove_unused_base_images',
      'ini_option /etc/nova/nova.conf [workarounds] never_download_image_if_on_rbd',
      'line /etc/login.defs',
      'line /etc/login.defs',
      'block /etc/security/limits.conf (nova)',
    ],
  },
  {
    playbook: 'accounts.yaml',
    look: `getent group images; getent passwd keeper; id -nG keeper; id -nG nova | tr ' ' '\\n' | sort | tr '\\n' ' '; echo
stat -c '%U %F' /srv/keeper; cat /etc/cron.d/keeper; stat -c '%U:%G %a' /etc/cron.d/keeper`,
    wanted: `images:x:4242:nova
keeper:x:4243:4242::/srv/keeper:/bin/sh
images libvirt
images libvirt nova 
keeper directory
# Managed by fastboot
*/5 * * * * keeper test -d /srv/keeper
root:root 644
`,
    drift: `gpasswd -d nova libvirt; usermod -s /bin/bash -G '' keeper; echo '* * * * * root true' >>/etc/cron.d/keeper`,
    named: ['user keeper', 'user nova', 'cron keeper'],
  },
  {
    playbook: 'services.yaml',
    look: `dpkg-query -W -f '\${Package} \${Status}\\n' fastboot-tiny fastboot-unwanted; cat /usr/share/fastboot-tiny/hello
systemctl is-enabled keeper cron; systemctl is-active keeper cron; systemctl show -p NeedDaemonReload keeper
cat /run/keeper; stat -c '%n %a' '/srv/made by a command'; ls /srv/wanted`,
    wanted: `fastboot-tiny install ok installed
fastboot-unwanted unknown ok not-installed
hello
enabled
disabled
active
inactive
NeedDaemonReload=no
ready
/srv/made by a command 600
/srv/wanted
`,
    drift: `systemctl disable -q --now keeper; rm /run/keeper '/srv/made by a command' /srv/wanted
systemctl start cron; dpkg --purge fastboot-tiny; echo '# edited' >>/etc/systemd/system/keeper.service`,
    named: [
      'package fastboot-tiny cron',
      'file /etc/systemd/system/keeper.service',
      'service keeper.service',
      'wait_for /run/keeper',
      'service cron.service',
      'command install -m 600 /dev/null /srv/made by a command',
      'command date >>/srv/ran',
    ],
  },
  {
    playbook: 'kernel.yaml',
    look: `cd /etc; cat /proc/sys/net/ipv4/tcp_keepalive_time /proc/sys/net/ipv4/ip_local_port_range
cat sysctl.d/60-fastboot.conf sysctl.d/70-ports.conf modules-load.d/overlay.conf`,
    wanted: `600
20000	60000
net.ipv4.tcp_keepalive_time = 600
net.ipv4.ip_local_port_range = 20000 60000
# Managed by fastboot
overlay
`,
    drift: `echo 700 >/proc/sys/net/ipv4/tcp_keepalive_time; rm /etc/sysctl.d/70-ports.conf; echo >/etc/modules-load.d/overlay.conf`,
    named: [
      'sysctl net.ipv4.tcp_keepalive_time',
      'sysctl net.ipv4.ip_local_port_range',
      'kernel_module overlay',
    ],
  },
  {
    playbook: 'mounts.yaml',
    look: `cat /etc/fstab; awk '/ \\/(srv|mnt|media)/ { print $4, $5, $6 }' /proc/self/mountinfo | sort; stat -c '%n %a' /srv/scratch; ls -d /srv/bound/instances`,
    wanted: `# what this host mounts
/dev/vda1 / ext4 defaults 0 1
scratch /srv/scratch tmpfs size=1m,mode=0700,nosuid 0 0
/var/lib/nova /srv/bound none bind 0 0
c2:/export/glance /srv/images nfs ro,noauto,_netdev 0 0
/ /srv/scratch rw,nosuid,relatime
/var/lib/nova /srv/bound rw,relatime
/srv/scratch 700
/srv/bound/instances
`,
    drift: `umount /srv/scratch; sed -i 's/none bind/none bind,ro/; s/ro,noauto/noauto/' /etc/fstab
mount -t tmpfs other /mnt; mount -t tmpfs other /media; echo 'other /media tmpfs defaults 0 0' >>/etc/fstab`,
    named: [
      'mount /srv/scratch',
      'mount /srv/bound',
      'mount /srv/images',
      'mount /mnt',
      'mount /media',
      'mount /media',
    ],
  },
  {
    playbook: 'exports.yaml',
    before: `mkdir /srv/other; printf '# not ours\\n/srv/other\\t192.0.2.9(ro)\\n' >/etc/exports`,
    look: `cat /etc/exports /etc/exports.d/fastboot.exports; sed 's/,wdelay.*//' /var/lib/nfs/etab | sort`,
    wanted: `# not ours
/srv/other	192.0.2.9(ro)
# Managed by fastboot: "fastboot apply" adds and corrects lines, and never removes any.
/srv/export 10.79.0.2(rw,root_squash,sync,no_subtree_check)
/srv/export 2001:db8::3(rw,root_squash,sync,no_subtree_check)
/srv/export	10.79.0.2(rw,sync
/srv/export	2001:db8::3(rw,sync
`,
    drift: `exportfs -u 10.79.0.2:/srv/export; sed -i 's/::3(rw/::3(ro/' /etc/exports.d/fastboot.exports; rmdir /srv/export`,
    named: ['directory /srv/export', 'nfs_export /srv/export', 'nfs_export /srv/export'],
  },
];
