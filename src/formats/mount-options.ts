export function isNfs(type: string): boolean {
  return type === 'nfs' || type === 'nfs4';
}

/**
 * Which mount options the kernel shows, and how, for comparing what is wanted with what is live. Options that are only
 * for mount(8), systemd or mount.nfs(8), or that the server may lower, say nothing about the live mount.
 */
const NEVER_SHOWN =
  /^(_netdev|nofail|fail|auto|noauto|user|nouser|users|owner|group|defaults|bg|fg|intr|nointr|(x-|X-).*|(retry|comment|clientaddr|addr|mountaddr|mountport|mounthost|mountproto|mountvers|rsize|wsize|port)=.*)$/;

/** Options that are in force when nothing is shown, and what would be shown otherwise. */
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

/** Cache times that the kernel shows only where they differ from these. */
const TIMES: Readonly<Record<string, string>> = {
  acregmin: '3',
  acregmax: '60',
  acdirmin: '30',
  acdirmax: '60',
};

/** Options of any mount; what else a file system takes, it shows in its own way. */
const GENERIC = /^(ro|rw|sync|async|(no)?(suid|dev|exec|atime|diratime)|relatime|strictatime)$/;

/** The wanted options that a live NFS mount does not have; of another file system's only those of any mount count. */
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
      return Object.keys(TIMES).every((name) => (shown(name) ?? TIMES[name]) === value);
    case 'acregmin':
    case 'acregmax':
    case 'acdirmin':
    case 'acdirmax':
      return (shown(key) ?? TIMES[key]) === value;
    case 'nconnect':
      return (shown(key) ?? '1') === value;
    default:
      return live.includes(option);
  }
}

/** How the kernel will show a mount that is made with these options, as far as `missingLive` looks. */
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
        return Object.keys(TIMES).map((name) => `${name}=${value}`);
      default:
        return [option];
    }
  });
}
