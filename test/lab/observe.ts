import type { LabHost } from './host.ts';

/** A place in a host's log, to look at what comes after it. */
export type LogMark = string;

/** What sshd did for its clients since a mark. */
export interface SshTraffic {
  readonly connections: number;
  /** commands and subsystems that clients started: each is a round trip and a login shell */
  readonly execs: number;
  /** sshd's own lines, for a message that explains a wrong number */
  readonly log: string;
}

export async function markLog(host: LabHost): Promise<LogMark> {
  const text = await host.sh('journalctl --sync; journalctl -q -n 1 -o cat --show-cursor');
  const cursor = /^-- cursor: (.*)$/m.exec(text)?.[1];
  if (cursor === undefined) throw new Error(`${host.name} has an empty journal`);
  return cursor;
}

/**
 * Counts in sshd's log (level VERBOSE). The journal does not outlive a reboot, nor does a mark. journalctl gets no filter, because with one
 * it leaves out the first line after a cursor that the filter does not match.
 */
export async function sshTrafficSince(host: LabHost, mark: LogMark): Promise<SshTraffic> {
  const journal = await host.sh(`journalctl --sync; journalctl -q -o short --after-cursor='${mark}'`);
  const lines = journal.split('\n').filter((line) => / sshd\[\d+\]: /.test(line));
  const count = (text: string): number => lines.filter((line) => line.includes(`]: ${text}`)).length;
  return {
    connections: count('Connection from '),
    execs: count('Starting session: '),
    log: lines.join('\n'),
  };
}

/** Path to type, mode, owner, size, mtime, ctime and link target of everything on a host's own file systems. */
export type Tree = ReadonlyMap<string, string>;

/** What changes by itself or by a login, and is no change of a host (contract: "Nothing changed on a host"). */
const restless = [
  ...['/var/log', '/var/lib/systemd', '/var/lib/sudo', '/run/systemd', '/run/udev', '/run/log', '/run/user'],
  ...['/run/utmp', '/run/sudo', '/run/motd.dynamic', '/run/chrony', '/run/dbus', '/dev', '/proc', '/sys'],
];

/**
 * Reads a host's whole tree, `/run` and `/tmp` with it, network mounts without their contents. A file that was written has another ctime,
 * which no program can set, so that no contents need to be compared.
 */
export async function treeOf(host: LabHost): Promise<Tree> {
  const skip = restless.map((path) => `-path ${path}`).join(' -o ');
  const format = String.raw`%p\t%y\t%m\t%U:%G\t%s\t%T@\t%C@\t%l\0`;
  const text = await host.sh(`find / /run -xdev \\( ${skip} \\) -prune -o -printf '${format}'`);
  const entries = text.split('\0').filter((entry) => entry !== '');
  // logins make and rename files right in /run
  return new Map(
    entries
      .map((entry) => [entry.slice(0, entry.indexOf('\t')), entry] as const)
      .filter(([path]) => path !== '/run'),
  );
}

/** What differs, one line each: `+ path`, `- path`, `~ path`, in the order of the paths. */
export function treeChanges(before: Tree, after: Tree): string[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.flatMap((path) => {
    // a login renews /run/motd.dynamic, and with it the folder's time
    if (before.get(path) === after.get(path) || path === '/run') return [];
    return [`${before.has(path) ? (after.has(path) ? '~' : '-') : '+'} ${path}`];
  });
}

/** Since when each service, mount and timer is in its state, and its main process: equal before and after if nothing was restarted. */
export async function unitStarts(host: LabHost): Promise<Readonly<Record<string, string>>> {
  const properties = 'Id,ActiveState,ActiveEnterTimestampMonotonic,MainPID';
  const text = await host.sh(`systemctl show -p ${properties} '*.service' '*.mount' '*.timer'`);
  const units = text.split('\n\n').map((block) => {
    const fields = Object.fromEntries(
      block.split('\n').map((line) => line.split('=', 2) as [string, string]),
    );
    const { Id = '', ActiveState, ActiveEnterTimestampMonotonic, MainPID } = fields;
    return [Id, `${ActiveState} since ${ActiveEnterTimestampMonotonic} pid ${MainPID ?? '-'}`] as const;
  });
  return Object.fromEntries(units);
}

/** The kernel's export table as `exportfs -v` prints it; empty without an NFS server. */
export const exportsOf = (host: LabHost): Promise<string> =>
  host.sh('if command -v exportfs >/dev/null; then exportfs -v; fi');

export interface Mount {
  readonly source: string;
  readonly type: string;
  /** of the mount and of its file system, together */
  readonly options: readonly string[];
}

/** What is mounted at a path, uppermost, read without touching the path: a hung server does not matter. */
export async function mountAt(host: LabHost, path: string): Promise<Mount | undefined> {
  const text = await host.sh('cat /proc/self/mountinfo');
  const fields = text
    .split('\n')
    .map((line) => line.split(' '))
    .findLast((words) => words[4] === path);
  if (!fields) return undefined;
  const [type = '', source = '', superOptions = ''] = fields.slice(fields.indexOf('-') + 1);
  return { source, type, options: [...(fields[5] ?? '').split(','), ...superOptions.split(',')] };
}
