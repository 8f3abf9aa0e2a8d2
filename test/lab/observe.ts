/** What tests look at on a host: traffic of sshd, changed files, restarted units, exports, mounts. */
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

/** What changes by itself or by a login, and does not count as a change of a host. */
const restless = [
  ...['/var/log', '/var/lib/systemd', '/var/lib/sudo', '/run/systemd', '/run/udev', '/run/log', '/run/user'],
  ...['/run/utmp', '/run/sudo', '/run/motd.dynamic', '/run/chrony', '/run/dbus', '/dev', '/proc', '/sys'],
];

let marks = 0;

/** Marks this moment on a host. */
async function markChanges(host: LabHost): Promise<string> {
  const mark = `/dev/shm/lab-mark-${(marks += 1)}`;
  // the clock of file times has steps of some milliseconds
  await host.sh(`touch ${mark}; sleep 0.1`);
  return mark;
}

/**
 * The paths on a host's own file systems, with /run, that were made or changed since a mark; of a removed one, its folder.
 * Every change gives a file or its folder another ctime, which no program can set, so no contents need to be compared.
 */
async function changesSince(host: LabHost, mark: string): Promise<readonly string[]> {
  const skip = restless.map((path) => `-path ${path}`).join(' -o ');
  const text = await host.sh(`find / /run -xdev \\( ${skip} \\) -prune -o -cnewer ${mark} -print0`);
  // a login renews /run/motd.dynamic, and with it the folder's time
  return text
    .split('\0')
    .filter((path) => path !== '' && path !== '/run')
    .sort();
}

/**
 * Watches the files of some hosts. The result, called later, gives what was changed since then, by the host's name; hosts
 * without a change are left out.
 */
export async function watchChanges(
  hosts: readonly LabHost[],
): Promise<() => Promise<Readonly<Record<string, readonly string[]>>>> {
  const marked = await Promise.all(hosts.map(async (host) => [host, await markChanges(host)] as const));
  return async () => {
    const changed = await Promise.all(
      marked.map(async ([host, mark]) => [host.name, await changesSince(host, mark)] as const),
    );
    return Object.fromEntries(changed.filter(([, paths]) => paths.length > 0));
  };
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
