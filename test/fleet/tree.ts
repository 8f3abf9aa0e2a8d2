import type { Fleet, FleetHost } from './fleet.ts';

/** What logins change, and what changes by itself. */
const LEFT_OUT = [
  '/proc',
  '/sys',
  '/dev',
  '/run',
  '/tmp',
  '/var/log',
  '/var/lib/systemd',
  '/var/cache/ldconfig',
  '/usr',
];

/**
 * Everything that can be seen of a host's files, times and inode numbers among it, and what is mounted, exported and
 * running: one line each.
 */
export function treeOf(fleet: Fleet, host: FleetHost): Promise<string> {
  const prune = LEFT_OUT.map((path) => `-path ${path}`).join(' -o ');
  return fleet.on(
    host,
    `find / -xdev \\( ${prune} \\) -prune -o -printf '%p %y %i %n %m %U:%G %s %T@ %C@ %l\\n' | sort
find /run/fastboot /tmp -mindepth 1 ! -path /run/fastboot/lock ! -path '/tmp/systemd-private-*' 2>/dev/null | sort
grep -v ' /run/user/' /proc/self/mountinfo
cat /proc/sys/net/ipv4/tcp_keepalive_time
systemctl list-units --type service,mount --no-legend --plain | grep -v -e session- -e user@ -e user-runtime-dir@ -e ssh`,
  );
}
