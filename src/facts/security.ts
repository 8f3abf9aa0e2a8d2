/** Mandatory access control and packet filters of a host. */
import { SYSTEMD_RUNNING_FOLDER } from '../core/host-paths.ts';
import { FactError } from './fact.ts';
import { defineFact } from './query.ts';

export interface AccessControl {
  readonly selinux: 'enforcing' | 'permissive' | 'off';
  readonly apparmor: boolean;
}

/** Read from /sys, without starting a program. */
export const accessControl = defineFact<Readonly<Record<string, never>>, AccessControl>({
  name: 'access-control',
  script: () => `fb access-control
enforce=off apparmor=N
read -r enforce </sys/fs/selinux/enforce
read -r apparmor </sys/module/apparmor/parameters/enabled
printf '%s\\n' "$enforce $apparmor"`,
  parse: ([frame], questions) => {
    if (frame === undefined) throw new FactError('no answer about access control');
    const [enforce = '', apparmor = ''] = frame.body.trim().split(' ');
    const answer: AccessControl = {
      selinux: enforce === '1' ? 'enforcing' : enforce === '0' ? 'permissive' : 'off',
      apparmor: apparmor === 'Y',
    };
    return questions.map(() => answer);
  },
});

/** The names of packet filters that are active. Their rules are not read. */
export const firewalls = defineFact<Readonly<Record<string, never>>, readonly string[]>({
  name: 'firewalls',
  script: () => `fb firewalls
if [ -d ${SYSTEMD_RUNNING_FOLDER} ]; then
  set -- firewalld nftables iptables
  for state in $(systemctl is-active "$@"); do
    if [ "$state" = active ]; then echo "$1"; fi
    shift
  done
fi
while read -r line; do
  case $line in ENABLED=yes) echo ufw ;; esac
done </etc/ufw/ufw.conf`,
  parse: ([frame], questions) => {
    const names = frame?.body.split('\n').filter((name) => name !== '') ?? [];
    return questions.map(() => names);
  },
});
