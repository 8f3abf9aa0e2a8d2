/** Something that somebody does on a host between a plan and its apply. */
export interface Drift {
  readonly what: string;
  /** The number of the host. */
  readonly on: number;
  readonly done: string;
  readonly undone: string;
  /** Whom and what the refusal must name; without it the host that it is done on. */
  readonly names: string;
  readonly host?: string;
}

/** What each host of the fleet is made to be before the plan: some things as wanted, some otherwise, some not there. */
export const SETUP = `release=$(uname -r)
mkdir -p "/lib/modules/$release" /var/lib/glance/images /srv/kept /srv/old
printf 'kernel/fs/nfsd/nfsd.ko\\nkernel/fs/nfs/nfs.ko\\nkernel/fs/nfs/nfsv4.ko\\n' >"/lib/modules/$release/modules.builtin"
echo kept >/srv/kept/file
chmod 640 /srv/kept/file
chmod 750 /srv/kept
install -d -o nova -g nova /var/lib/nova/instances/_base
printf '[Service]\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n' >/etc/systemd/system/nova-compute.service
systemctl daemon-reload
systemctl enable -q --now nova-compute
# as it all was, to be put back
mkdir /root/as-it-was
cp -a /etc/motd /etc/fstab /etc/login.defs /etc/nova/nova.conf /etc/security/limits.conf /srv/kept/file /root/as-it-was`;

const back = (path: string): string =>
  `rm -rf ${path}; cp -a /root/as-it-was/${path.replace(/.*\//, '')} ${path}`;

/** A drift on the backend. */
const backend = (what: string, done: string, undone: string, names: string): Drift => ({
  what,
  on: 1,
  done,
  undone,
  names,
});

/** A drift on a compute node. */
const node = (what: string, done: string, undone: string, names: string, host?: string): Drift => ({
  what,
  on: 2,
  done,
  undone,
  names,
  ...(host === undefined ? {} : { host }),
});

const BASE = '/var/lib/nova/instances/_base';
const CACHE = '/var/lib/glance/imagecache';
const CONF = '/etc/fastboot/link-sync.json';
const GATE = '/etc/systemd/system/nova-compute.service.d/fastboot.conf';
const OPTIONS = 'rw,root_squash,sync,no_subtree_check,sec=sys';

export const drifts: readonly Drift[] = [
  backend(
    'a file is there',
    `mkdir -p /etc/exports.d; echo '# mine' >/etc/exports.d/fastboot.exports`,
    `rm /etc/exports.d/fastboot.exports`,
    `nfs_export ${CACHE}`,
  ),
  backend(
    'a client is served already',
    `exportfs -i -o ${OPTIONS} 10.79.0.2:${CACHE} 2>/dev/null || :`,
    `exportfs -u 10.79.0.2:${CACHE} 2>/dev/null || :`,
    `nfs_export ${CACHE}`,
  ),
  backend('the cache folder is there', `mkdir ${CACHE}`, `rmdir ${CACHE}`, `directory ${CACHE}`),
  backend(
    'a link is in the place of the cache folder',
    `ln -s /srv/kept ${CACHE}`,
    `rm ${CACHE}`,
    `directory ${CACHE}`,
  ),
  backend(
    'names are on hold',
    `mkdir /etc/fastboot; echo '{"hold":["${'a'.repeat(40)}"],"owner":"keep","cacheOwner":"0:64060"}' >${CONF}`,
    `rm -r /etc/fastboot`,
    `file ${CONF}`,
  ),
  backend(
    'the pool has another owner pinned',
    `mkdir /etc/fastboot; echo '{"owner":"64055:64055","cacheOwner":"0:64060"}' >${CONF}`,
    `rm -r /etc/fastboot`,
    'pool.link_sync_config',
  ),
  backend(
    'Glance can be asked',
    `install -m 600 /dev/null /root/admin-openrc`,
    `rm /root/admin-openrc`,
    'pool.link_sync_config',
  ),
  backend(
    'a package is installed',
    `dpkg -i /srv/repository/fastboot-tiny.deb >/dev/null`,
    `dpkg --purge fastboot-tiny >/dev/null`,
    'package fastboot-tiny',
  ),
  backend('a file has other content', `echo more >>/etc/motd`, back('/etc/motd'), 'file /etc/motd'),
  backend('a file has another mode', `chmod 600 /etc/motd`, `chmod 644 /etc/motd`, 'file /etc/motd'),
  backend('a file has another owner', `chown nova /etc/motd`, `chown root /etc/motd`, 'file /etc/motd'),
  backend('a file is gone', `rm /etc/motd`, back('/etc/motd'), 'file /etc/motd'),
  backend(
    'a link is in the place of a file',
    `ln -sf /etc/hosts /etc/motd`,
    back('/etc/motd'),
    'file /etc/motd',
  ),
  backend(
    'a folder is in the place of a file',
    `rm /etc/motd; mkdir /etc/motd`,
    back('/etc/motd'),
    'file /etc/motd',
  ),
  backend(
    'the images folder is gone',
    `rmdir /var/lib/glance/images`,
    `mkdir /var/lib/glance/images`,
    'check images-folder',
  ),
  backend(
    'something is mounted over the images',
    `mount -t tmpfs images /var/lib/glance/images`,
    `umount /var/lib/glance/images`,
    'check one-mount',
  ),
  backend(
    'the kernel can no longer serve',
    `mv /lib/modules/$(uname -r) /root/modules`,
    `mv /root/modules /lib/modules/$(uname -r)`,
    'check nfs-kernel',
  ),
  node(
    'a drop-in of nova is there',
    `mkdir -p /etc/nova/nova.conf.d; echo '[image_cache]' >/etc/nova/nova.conf.d/fastboot.conf`,
    `rm -r /etc/nova/nova.conf.d`,
    'file /etc/nova/nova.conf.d/fastboot.conf',
  ),
  node(
    'a later file of nova says otherwise',
    `mkdir -p /etc/nova/nova.conf.d; printf '[image_cache]\\nremove_unused_base_images = true\\n' >/etc/nova/nova.conf.d/zz.conf`,
    `rm -r /etc/nova/nova.conf.d`,
    'nova.overrides',
  ),
  node(
    'nova keeps base files already',
    `printf '\\n[image_cache]\\nremove_unused_base_images = false\\n' >>/etc/nova/nova.conf`,
    back('/etc/nova/nova.conf'),
    'nova.keeps_base_files',
  ),
  node(
    'an option of nova is set',
    `printf '\\n[workarounds]\\nnever_download_image_if_on_rbd = true\\n' >>/etc/nova/nova.conf`,
    back('/etc/nova/nova.conf'),
    'ini_option /etc/nova/nova.conf',
  ),
  node(
    'another line of a shared file',
    `echo '# a note' >>/etc/nova/nova.conf`,
    back('/etc/nova/nova.conf'),
    'ini_option /etc/nova/nova.conf',
  ),
  node('a base file has come', `echo bytes >${BASE}/${'b'.repeat(40)}`, `rm ${BASE}/*`, `mount ${BASE}`),
  node('a hidden file has come', `touch ${BASE}/.hidden`, `rm ${BASE}/.hidden`, `mount ${BASE}`),
  node(
    'a link is in the place of _base',
    `rmdir ${BASE}; ln -s /srv/old ${BASE}`,
    `rm ${BASE}; install -d -o nova -g nova ${BASE}`,
    'nova.base',
  ),
  node('something is mounted already', `mount -t tmpfs other ${BASE}`, `umount ${BASE}`, `mount ${BASE}`),
  node(
    'fstab has another line',
    `echo 'other /mnt tmpfs noauto 0 0' >>/etc/fstab`,
    back('/etc/fstab'),
    `mount ${BASE}`,
  ),
  node(
    'fstab has the line already',
    `echo 'pool ${BASE} tmpfs size=1m,nosuid 0 0' >>/etc/fstab`,
    back('/etc/fstab'),
    `mount ${BASE}`,
  ),
  node('fstab is gone', `rm /etc/fstab`, back('/etc/fstab'), `mount ${BASE}`),
  node(
    'a drop-in of a unit is there',
    `mkdir -p ${GATE.replace(/\/[^/]*$/, '')}; echo '[Service]' >${GATE}`,
    `rm -r ${GATE.replace(/\/[^/]*$/, '')}`,
    `file ${GATE}`,
  ),
  node(
    'a service has stopped',
    `systemctl stop nova-compute`,
    `systemctl start nova-compute`,
    'service nova-compute.service',
  ),
  node(
    'a service is masked',
    `systemctl stop nova-compute; mv /etc/systemd/system/nova-compute.service /root; systemctl mask -q nova-compute`,
    `systemctl unmask -q nova-compute; mv /root/nova-compute.service /etc/systemd/system; systemctl daemon-reload; systemctl enable -q --now nova-compute`,
    'check nova-service',
  ),
  node(
    'a service is gone',
    `systemctl disable -q --now nova-compute; mv /etc/systemd/system/nova-compute.service /root; systemctl daemon-reload`,
    `mv /root/nova-compute.service /etc/systemd/system; systemctl daemon-reload; systemctl enable -q --now nova-compute`,
    'check nova-service',
  ),
  node(
    'a service that ran has stopped',
    `systemctl stop cron`,
    `systemctl start cron`,
    'service cron.service',
  ),
  node(
    'a service is no longer enabled',
    `systemctl disable -q cron`,
    `systemctl enable -q cron`,
    'service cron.service',
  ),
  node('a group is there', `groupadd -g 4242 images`, `groupdel images`, 'group images'),
  node('a group is there with another number', `groupadd -g 4243 images`, `groupdel images`, 'group images'),
  node(
    'a user is in the group already',
    `gpasswd -a nova libvirt >/dev/null`,
    `gpasswd -d nova libvirt >/dev/null`,
    'user nova',
  ),
  node(
    "nova's group has another number",
    `groupmod -g 64061 nova`,
    `groupmod -g 64060 nova`,
    'check nova-ids',
  ),
  node(
    "nova's user has another number",
    `systemctl stop nova-compute; usermod -u 64061 nova`,
    `usermod -u 64060 nova; systemctl start nova-compute`,
    'check nova-ids',
  ),
  node(
    'nova is no user here',
    `cp -a /etc/passwd /root/; sed -i /^nova:/d /etc/passwd`,
    `cp -a /root/passwd /etc/`,
    'check nova-user',
  ),
  node(
    'a kernel parameter has another value',
    `echo 700 >/proc/sys/net/ipv4/tcp_keepalive_time`,
    `echo 7200 >/proc/sys/net/ipv4/tcp_keepalive_time`,
    'sysctl net.ipv4.tcp_keepalive_time',
  ),
  node(
    'a kernel parameter stands in its file',
    `echo 'net.ipv4.tcp_keepalive_time = 600' >/etc/sysctl.d/60-fastboot.conf`,
    `rm /etc/sysctl.d/60-fastboot.conf`,
    'sysctl net.ipv4.tcp_keepalive_time',
  ),
  node(
    'a module is loaded at boot',
    `printf '# Managed by fastboot\\noverlay\\n' >/etc/modules-load.d/overlay.conf`,
    `rm /etc/modules-load.d/overlay.conf`,
    'kernel_module overlay',
  ),
  node(
    'a cron job is there',
    `echo '* * * * * root true' >/etc/cron.d/keeper`,
    `rm /etc/cron.d/keeper`,
    'cron keeper',
  ),
  node(
    'a line is as wanted',
    `sed -i 's/^UMASK.*/UMASK 027/' /etc/login.defs`,
    back('/etc/login.defs'),
    'line /etc/login.defs',
  ),
  node(
    'the file of a block has grown',
    `echo '# more' >>/etc/security/limits.conf`,
    back('/etc/security/limits.conf'),
    'block /etc/security/limits.conf',
  ),
  node('a symbolic link points elsewhere', `ln -s elsewhere /srv/link`, `rm /srv/link`, 'link /srv/link'),
  node('a file is in the place of a link', `touch /srv/link`, `rm /srv/link`, 'link /srv/link'),
  node('what was to be removed is gone', `rmdir /srv/old`, `mkdir /srv/old`, 'absent /srv/old'),
  node('what was to be removed is in use', `touch /srv/old/file`, `rm /srv/old/file`, 'absent /srv/old'),
  node(
    'a folder that was in order is not',
    `chmod 700 /srv/kept`,
    `chmod 750 /srv/kept`,
    'directory /srv/kept',
  ),
  node(
    'a file that was in order is not',
    `echo more >>/srv/kept/file`,
    `rm /srv/kept/file; cp -a /root/as-it-was/file /srv/kept/file`,
    'file /srv/kept/file',
  ),
  node(
    'a file that was in order is gone',
    `rm /srv/kept/file`,
    `cp -a /root/as-it-was/file /srv/kept/file`,
    'file /srv/kept/file',
  ),
  node('what a command makes is there', `touch /srv/once`, `rm /srv/once`, 'command touch /srv/once'),
  node('what a test asks for is there', `touch /srv/tested`, `rm /srv/tested`, 'command touch /srv/tested'),
  node(
    'another run marks a handler',
    `mkdir -p /var/lib/fastboot; echo 'Tell of it' >/var/lib/fastboot/pending`,
    `rm -r /var/lib/fastboot`,
    'command date >>/srv/told',
  ),
  {
    what: 'a host is gone',
    on: 3,
    done: 'systemctl stop ssh.socket ssh.service 2>/dev/null || systemctl stop ssh',
    undone: 'systemctl start ssh',
    names: 'connection',
  },
  {
    what: 'a host has lost its root',
    on: 3,
    done: 'usermod -s /bin/false root',
    undone: 'usermod -s /bin/bash root',
    names: 'connection',
  },
];
