/**
 * The settings below `fastboot:` in the inventory: the one table that everything else about them is made from. These are
 * the type `Settings`, the defaults, how a value is read, the JSON schema, the starter inventory, the variables of
 * playbooks and the reference page. To add a setting, add a row, then run `npm run docs`.
 */
import { GLANCE_IMAGES_FOLDER, NOVA_INSTANCES_FOLDER, POOL_CACHE_FOLDER } from '../core/host-paths.ts';
import type { Json } from '../core/json.ts';
import {
  absolutePath,
  anyOf,
  list,
  nothing,
  oneOf,
  text,
  textOf,
  wholeNumber,
  word,
} from './setting-types.ts';
import type { SettingType } from './setting-types.ts';

/** One setting. */
export interface SettingRow<Path extends string = string, T extends Json = Json> {
  /** Section and key, as in the inventory: `pool.images`. */
  readonly path: Path;
  readonly type: SettingType<T>;
  readonly default: T;
  /** `pool`: the value that the backend has counts for all hosts. `host`: each host has its own value. */
  readonly scope: 'pool' | 'host';
  /** For the reference page and for editors. */
  readonly description: string;
  /** The few words beside it in the starter inventory. */
  readonly comment?: string;
  readonly examples?: readonly T[];
}

const setting = <Path extends string, T extends Json>(row: SettingRow<Path, T>): SettingRow<Path, T> => row;

/** The sections of settings, and what is said about each. */
export const SECTIONS = {
  pool: { description: 'The folders of the pool on the backend.' },
  nfs: { description: 'How the pool is offered and mounted.' },
  link_sync: { description: 'The job on the backend that publishes images.' },
  nova: { description: 'Nova on the compute nodes.' },
  glance: {
    description: 'glance-api on the hosts of the group `glance`.',
    comment: 'on the hosts of the group glance, below',
  },
} as const satisfies Readonly<Record<string, { description: string; comment?: string }>>;

/** All settings, by their sections. */
export const SETTINGS = [
  setting({
    path: 'pool.images',
    type: absolutePath,
    default: GLANCE_IMAGES_FOLDER,
    scope: 'pool',
    description: "The images folder: Glance's filesystem store on the backend. It must exist.",
    comment: "Glance's images; the folder must exist",
  }),
  setting({
    path: 'pool.cache',
    type: absolutePath,
    default: POOL_CACHE_FOLDER,
    scope: 'pool',
    description:
      'The cache folder, which compute nodes mount. It must be on the same file system as the images.',
    comment: 'hard links to the images, on the same file system',
  }),
  setting({
    path: 'pool.owner',
    type: text('auto, keep, or "uid:gid" in quotes', '^(?:auto|keep|[0-9]{1,10}:[0-9]{1,10})$'),
    default: 'auto',
    scope: 'pool',
    description:
      'Owner of the published files. auto: the user that runs QEMU on the compute nodes. keep: Glance\'s user. Or "uid:gid" in quotes.',
    comment: 'auto = the user that runs QEMU; keep = Glance\'s user; or "uid:gid"',
    examples: ['auto', 'keep', '64055:64055'],
  }),
  setting({
    path: 'pool.mode',
    type: {
      ...text(
        'octal digits in quotes, readable and not writable by others, such as "0644"',
        '^0?[0-7]{2}[45]$',
      ),
      read: (node) => textOf(node)?.padStart(4, '0'),
    },
    default: '0644',
    scope: 'pool',
    description: 'Mode of the published files: octal digits in quotes. Everybody must be able to read them.',
    comment: 'in quotes',
    examples: ['0644'],
  }),
  setting({
    path: 'nfs.version',
    type: {
      values: '4, 4.0, 4.1 or 4.2',
      schema: {
        type: ['string', 'number'],
        enum: ['4', '4.0', '4.1', '4.2', 4, 4.1, 4.2],
        errorMessage: 'must be 4, 4.0, 4.1 or 4.2',
      },
      read: (node) => {
        const written = textOf(node);
        // without quotes `4.10` is the number 4.1
        return written === undefined || /^4(?:\.[0-2])?$/.test(written) ? written : String(Number(written));
      },
    },
    default: '4.2',
    scope: 'host',
    description: 'NFS version of the mount.',
  }),
  setting({
    path: 'nfs.threads',
    type: anyOf<'auto' | number>(word('auto'), wholeNumber(1, 4096)),
    default: 'auto',
    scope: 'pool',
    description: 'Threads of the NFS server. auto: chosen by the number of compute nodes.',
    examples: ['auto', 64],
  }),
  setting({
    path: 'nfs.mount_options',
    type: list(
      'a list of mount options',
      'one mount option that fastboot does not set itself',
      '^(?!(?:ro|soft|softerr|softreval|hard|nofail|_netdev|noauto|fg|bg|(?:nfs)?vers=.*|lookupcache=.*|nfs4?|v[0-9.]+|minorversion=.*)$)[A-Za-z0-9._=:/@+-]+$',
    ),
    default: [],
    scope: 'host',
    description: 'Mount options in addition to `vers=…,hard,lookupcache=positive,_netdev,nofail`.',
    comment: 'added to vers=4.2,hard,lookupcache=positive,_netdev,nofail',
    examples: [['nconnect=4', 'noatime']],
  }),
  setting({
    path: 'nfs.copy_limit',
    type: anyOf<number | null>(wholeNumber(1, 1_000_000, 'MiB per second'), nothing),
    default: null,
    scope: 'pool',
    description:
      'Limit for copying base files from compute nodes to the pool, in MiB per second for all nodes together. null: no limit.',
    comment: 'MiB/s for copying base files from compute nodes; null = no limit',
    examples: [200],
  }),
  setting({
    path: 'link_sync.interval',
    type: wholeNumber(1, 86_400, 'seconds'),
    default: 10,
    scope: 'pool',
    description:
      'Seconds between two full passes. New images are usually noticed at once, between two passes.',
    comment: 'seconds between two full passes',
  }),
  setting({
    path: 'link_sync.schedule',
    type: oneOf('auto', 'systemd', 'cron'),
    default: 'auto',
    scope: 'pool',
    description: 'What starts the job. auto: systemd where the backend runs it, else cron.',
    comment: 'systemd or cron',
  }),
  setting({
    path: 'link_sync.openrc',
    type: anyOf<string | null>(word('auto'), nothing, absolutePath),
    default: 'auto',
    scope: 'pool',
    description:
      'A file on the backend with Glance credentials. auto: /root/admin-openrc or /root/keystonerc_admin. null: never ask Glance.',
    comment: 'Glance credentials on the backend; null = never ask Glance',
    examples: ['auto', '/root/admin-openrc', null],
  }),
  setting({
    path: 'link_sync.settle',
    type: wholeNumber(0, 86_400, 'seconds'),
    default: 10,
    scope: 'pool',
    description:
      'Seconds without a change until an image counts as complete. It is used only where Glance is not asked.',
    comment: 'seconds without a change; used only where Glance is not asked',
  }),
  setting({
    path: 'nova.instances',
    type: absolutePath,
    default: NOVA_INSTANCES_FOLDER,
    scope: 'host',
    description: "Nova's `instances_path`. The pool is mounted on `_base` in it.",
  }),
  setting({
    path: 'nova.service',
    type: text('auto, none, or the name of a unit or container', '^[A-Za-z0-9_][A-Za-z0-9_.@:-]*$'),
    default: 'auto',
    scope: 'host',
    description:
      'The systemd unit or the container that runs nova-compute. auto: fastboot finds it. none: fastboot does not stop or start it.',
    comment: 'nova-compute, openstack-nova-compute, a container, none',
    examples: ['auto', 'nova-compute', 'openstack-nova-compute', 'none'],
  }),
  setting({
    path: 'glance.store',
    type: anyOf<string>(word('auto'), absolutePath),
    default: 'auto',
    scope: 'host',
    description:
      "Where glance-api keeps its images on that host. auto: what its configuration says. The pool's images folder is mounted there.",
    comment: 'where glance-api keeps its images; auto = what its configuration says',
    examples: ['auto', '/var/lib/glance/images'],
  }),
  setting({
    path: 'glance.service',
    type: text('auto, none, or the name of a unit', '^[A-Za-z0-9_][A-Za-z0-9_.@:-]*$'),
    default: 'auto',
    scope: 'host',
    description:
      'The systemd unit that runs glance-api. auto: fastboot finds it. none: fastboot does not stop or start it.',
    comment: 'glance-api, openstack-glance-api, none',
    examples: ['auto', 'glance-api', 'openstack-glance-api', 'none'],
  }),
];

type Row = (typeof SETTINGS)[number];
type Section = keyof typeof SECTIONS;
type CamelCase<Name extends string> = Name extends `${infer First}_${infer Rest}`
  ? `${First}${Capitalize<CamelCase<Rest>>}`
  : Name;
type Key<Of extends Section, Path> = Path extends `${Of}.${infer Name}` ? CamelCase<Name> : never;

/** All settings with the defaults filled in: `settings.linkSync.interval` is the row `link_sync.interval`. */
export type Settings = {
  readonly [Name in Section as CamelCase<Name>]: {
    readonly [Each in Row as Key<Name, Each['path']>]: Each['default'];
  };
};
