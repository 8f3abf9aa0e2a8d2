#!/bin/sh
# Makes the user and folders that Debian's glance-api package makes, without Glance itself. Runs once on a fresh host.
echo 'glance:x:64062:' >>/etc/group
echo 'glance:!::' >>/etc/gshadow
echo 'glance:x:64062:64062::/var/lib/glance:/bin/false' >>/etc/passwd
echo 'glance:!:19000::::::' >>/etc/shadow
install -d -o glance -g glance -m 750 /var/lib/glance
install -d -o glance -g glance -m 755 /var/lib/glance/images
install -d -o glance -g glance -m 750 /etc/glance
chown root:glance /etc/glance/glance-api.conf
chmod 640 /etc/glance/glance-api.conf
