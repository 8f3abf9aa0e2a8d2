/** The users of nova and of the VMs. */
import { defineFact } from './query.ts';

/** A user with its numbers, by which a shared file system knows it. */
export interface Ids {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Null where the host has no such user. */
export interface NovaUsers {
  /** nova-compute runs as this user. */
  readonly nova: Ids | null;
  /** VMs run as this user. */
  readonly hypervisor: Ids | null;
}

/**
 * The user of VMs is set in libvirt's qemu.conf; else it is the distribution's, `libvirt-qemu` or `qemu`. Only names and
 * numbers leave the host.
 */
export const novaUsers = defineFact<Readonly<Record<string, never>>, NovaUsers>({
  name: 'nova-users',
  script: () => `set -f
said=
for said in $(sed -n 's/^[[:blank:]]*user[[:blank:]]*=[[:blank:]]*"+\\{0,1\\}\\([^"]*\\)".*$/\\1/p' /etc/libvirt/qemu.conf); do :; done
fb nova-users "$said"
{ if command -v getent >/dev/null; then getent passwd nova libvirt-qemu qemu \${said:+"$said"}; else cat /etc/passwd; fi; } |
  cut -d : -f 1,3,4`,
  parse: ([frame], questions) => {
    const users = (frame?.body.split('\n') ?? []).flatMap(parseIds);
    const said = frame?.head.slice(1).join(' ') ?? '';
    const named = (name: string) => users.find((user) => user.name === name) ?? null;
    const answer: NovaUsers = {
      nova: named('nova'),
      hypervisor:
        said === ''
          ? (named('libvirt-qemu') ?? named('qemu'))
          : (named(said) ?? users.find((user) => String(user.uid) === said) ?? null),
    };
    return questions.map(() => answer);
  },
});

function parseIds(line: string): readonly Ids[] {
  const match = /^([^:]+):(\d+):(\d+)$/.exec(line);
  return match === null ? [] : [{ name: match[1] ?? '', uid: Number(match[2]), gid: Number(match[3]) }];
}
