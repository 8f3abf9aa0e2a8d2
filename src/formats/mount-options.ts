/**
 * Mount options as mount(8), nfs(5) and fstab(5) take them, and as the kernel shows them in /proc/self/mountinfo. By this
 * file a wanted mount is compared with a live one.
 */
import type { FstabEntry } from './fstab.ts';

/** The type of a network mount where none is given. */
export const DEFAULT_MOUNT_TYPE = 'nfs';

/** Whether a type of mount(8) is NFS of any version. */
export function isNfs(type: string): boolean {
  return type === 'nfs' || type === 'nfs4';
}

/** Whether a file system of this type is a folder of a server, with the source `SERVER:/FOLDER`. */
export function isFromServer(type: string): boolean {
  return isNfs(type);
}

/** Whether two sources are the same folder of the same server by the same name. The kernel shows no slash at the end. */
export function sameSource(a: string, b: string): boolean {
  return a.replace(/\/+$/, '') === b.replace(/\/+$/, '');
}

/**
 * The options to mount with at once: in the foreground, and trying for one minute only. mount.nfs(8) would else try for
 * two minutes, or for a week in the background.
 */
export function liveOptions({ type, options }: Pick<FstabEntry, 'type' | 'options'>): string {
  const kept = options.filter((option) => option !== 'bg');
  const needsRetry = isNfs(type) && !kept.some((option) => option.startsWith('retry='));
  return [...kept, ...(needsRetry ? ['retry=1'] : [])].join(',');
}

/**
 * Options that are never shown: they are for mount(8), systemd or mount.nfs(8) alone, or the server may lower them. They
 * say nothing about a live mount.
 */
const NEVER_SHOWN =
  /^(_netdev|nofail|fail|auto|noauto|user|nouser|users|owner|group|defaults|bg|fg|intr|nointr|(x-|X-).*|(retry|comment|clientaddr|addr|mountaddr|mountport|mounthost|mountproto|mountvers|rsize|wsize|port)=.*)$/;

/** Defaults that the kernel does not show, each with what it would show otherwise. */
const UNSHOWN_DEFAULTS: Readonly<Record<string, readonly string[]>> = {
  rw: ['ro'],
  hard: ['soft', 'softerr'],
  async: ['sync'],
  suid: ['nosuid'],
  dev: ['nodev'],
  exec: ['noexec'],
  atime: ['noatime'],
  relatime: ['noatime', 'strictatime'],
  diratime: ['nodiratime'],
  cto: ['nocto'],
  ac: ['noac'],
  acl: ['noacl'],
  lock: ['nolock'],
  rdirplus: ['nordirplus'],
  sharecache: ['nosharecache'],
  resvport: ['noresvport'],
  nofsc: ['fsc'],
  'lookupcache=all': ['lookupcache=pos', 'lookupcache=none'],
};

/** Cache times in seconds, which the kernel shows only where they differ from these. */
const DEFAULT_CACHE_TIMES: Readonly<Record<string, string>> = {
  acregmin: '3',
  acregmax: '60',
  acdirmin: '30',
  acdirmax: '60',
};

/** Options of any mount. Other options of a local file system are shown in a way of its own, and are not compared. */
const GENERIC = /^(ro|rw|sync|async|(no)?(suid|dev|exec|atime|diratime)|relatime|strictatime)$/;

/**
 * The wanted options that a live mount does not have. Of a local file system only options of any mount are compared.
 *
 * @param live as /proc/self/mountinfo shows them
 */
export function missingLive(
  type: string,
  wanted: readonly string[],
  live: readonly string[],
): readonly string[] {
  return wanted
    .filter((option) => isNfs(type) || GENERIC.test(option))
    .filter((option) => !NEVER_SHOWN.test(option) && !isLive(option, live));
}

function isLive(option: string, live: readonly string[]): boolean {
  const opposites = UNSHOWN_DEFAULTS[option];
  if (opposites !== undefined) return !opposites.some((each) => live.includes(each));
  const [key = '', value] = option.split(/=(.*)/s);
  const shown = (name: string) => live.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);
  switch (key) {
    case 'vers':
    case 'nfsvers':
      return shown('vers') === value || (value === '4' && shown('vers')?.startsWith('4.') === true);
    case 'minorversion':
      return shown('vers') === `4.${value ?? ''}`;
    case 'lookupcache':
      return shown('lookupcache') === (value === 'positive' ? 'pos' : value);
    case 'proto':
      return shown('proto')?.replace('6', '') === value?.replace('6', '');
    case 'tcp':
    case 'udp':
      return shown('proto')?.replace('6', '') === key;
    case 'actimeo':
      return Object.keys(DEFAULT_CACHE_TIMES).every(
        (name) => (shown(name) ?? DEFAULT_CACHE_TIMES[name]) === value,
      );
    case 'acregmin':
    case 'acregmax':
    case 'acdirmin':
    case 'acdirmax':
      return (shown(key) ?? DEFAULT_CACHE_TIMES[key]) === value;
    case 'nconnect':
      return (shown(key) ?? '1') === value;
    default:
      return live.includes(option);
  }
}

/** How the kernel will show a mount that is made with these options, as far as `missingLive` compares them. */
export function shownOptions(wanted: readonly string[]): readonly string[] {
  return wanted.flatMap((option) => {
    const [key = '', value = ''] = option.split(/=(.*)/s);
    switch (key) {
      case 'nfsvers':
        return [`vers=${value}`];
      case 'minorversion':
        return [`vers=4.${value}`];
      case 'lookupcache':
        return [value === 'positive' ? 'lookupcache=pos' : option];
      case 'tcp':
      case 'udp':
        return [`proto=${key}`];
      case 'actimeo':
        return Object.keys(DEFAULT_CACHE_TIMES).map((name) => `${name}=${value}`);
      default:
        return [option];
    }
  });
}
