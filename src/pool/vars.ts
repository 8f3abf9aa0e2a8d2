import type { Json, JsonObject } from '../core/json.ts';
import { encodeOctal } from '../facts/mounts.ts';
import type { Mount } from '../facts/mounts.ts';
import type { Host, Inventory } from '../inventory/inventory.ts';
import { nfsSource } from './address.ts';
import type { Decisions } from './decide.ts';
import { storageAddress } from './hosts.ts';
import type { Backend, Compute } from './hosts.ts';
import { commonParent, linkSyncConfig } from './link-sync.ts';
import type { Copies } from './past/copies.ts';
import { isGiven, mayBeHidden } from './past/past.ts';
import type { NodePast } from './past/past.ts';
import { mountUnit, unitWord } from './systemd.ts';
import { basePath } from './takeover/takeover.ts';
import type { Takeover } from './takeover/takeover.ts';
import type { ForeignExport } from './takeover/foreign-exports.ts';
import { nfsThreads } from './threads.ts';

export interface PoolVarsInput {
  readonly inventory: Inventory;
  readonly backend: Backend;
  readonly decisions: Decisions;
  readonly takeover: Takeover;
  readonly foreignExports: readonly ForeignExport[];
  /** Export addresses of the compute nodes that take part in this run. */
  readonly clients: readonly string[];
}

/** `pool`: the same for all hosts. */
export interface PoolVars extends JsonObject {
  /** What compute nodes mount. */
  readonly source: string;
}

/** The variable `pool`. */
export function poolVars({
  inventory,
  backend,
  decisions,
  takeover,
  foreignExports,
  clients,
}: PoolVarsInput): PoolVars {
  const { settings } = inventory;
  const { images, cache, mode } = settings.pool;
  const address = storageAddress(inventory);
  const schedule = settings.linkSync.schedule;
  return {
    images,
    cache,
    mode,
    parent: commonParent(images, cache),
    link_sync_families: decisions.openrc === null ? 'AF_UNIX' : 'AF_UNIX AF_INET AF_INET6',
    address,
    source: nfsSource(address, takeover.folder),
    gid: decisions.gid,
    owner: decisions.owner,
    clients,
    openrc: decisions.openrc,
    hold: decisions.hold,
    adopted: decisions.adopted,
    link_sync_config: linkSyncConfig(settings, decisions),
    schedule: schedule === 'auto' ? (backend.os.systemd ? 'systemd' : 'cron') : schedule,
    interval: settings.linkSync.interval,
    threads: nfsThreads(settings.nfs.threads, inventory.compute.length),
    vers3: takeover.vers3,
    foreign_exports: foreignExports,
  };
}

/** What is known of a compute node besides its own facts. */
export interface NodeContext {
  /** Undefined where the pool is there already. */
  readonly past: NodePast | undefined;
  /** A mount that is the pool already, though not as it is wanted. */
  readonly live: Mount | undefined;
  readonly copies: Copies;
}

/** All variables of one host; of one that was not read only `pool`. */
export function hostVars(
  node: Backend | Compute | undefined,
  pool: PoolVars,
  context: NodeContext,
): JsonObject {
  if (node === undefined) return { pool };
  const { family, id, version, kernel, systemd } = node.os;
  const system = { family, id, version, kernel, systemd };
  if (!('users' in node)) return { os: system, pool };
  return {
    os: system,
    pool: { ...pool, mount_options: mountOptions(node.host) },
    ...computeVars(node, pool.source, context),
  };
}

function computeVars(node: Compute, source: string, { past, live, copies }: NodeContext): JsonObject {
  const { host, service, settings, users } = node;
  const base = basePath(node);
  const unit = service.kind === 'unit' ? service.unit.name : null;
  return {
    nova: {
      unit,
      uid: users.nova?.uid ?? null,
      gid: users.nova?.gid ?? null,
      instances: host.settings.nova.instances,
      base,
      mount_unit: mountUnit(base),
      also: live === undefined || live.source === source || /\s/.test(live.source) ? [] : [live.source],
      over: past === undefined ? 'empty' : hideable(past),
      copies: copiesOf(node, base, copies),
      drop_in: settings.dropIn,
      overrides: settings.overrides,
      keeps_base_files: settings.keepsBaseFiles,
    },
    // as /proc/self/mountinfo writes them, quoted for a unit file
    gate: { base: unitWord(encodeOctal(base)), mounts: gateMounts(source, live) },
  };
}

/**
 * The mounts that let nova-compute start, as type and source: the one that is wanted, and one that is live and cannot be
 * made anew yet, because otherwise nova-compute would not come back after a restart.
 */
function gateMounts(source: string, live: Mount | undefined): string {
  const accepted = [`nfs4 ${encodeOctal(source)}`];
  if (live !== undefined) accepted.push(`${live.type} ${encodeOctal(live.source)}`);
  return [...new Set(accepted)].map(unitWord).join(' ');
}

/** The base files that this node gives to the pool, as `nfs_copy` takes them. */
function copiesOf({ host }: Compute, base: string, { byHost }: Copies): Json {
  const { copyLimit } = host.settings.nfs;
  const share = copyLimit === null ? null : Math.max(1, Math.floor(copyLimit / byHost.size));
  return (byHost.get(host.name) ?? []).map(({ file, digest, reason }) => {
    const { name, size, mtime, inode } = file;
    return { path: `${base}/${name}`, size, mtime, inode, sha256: digest, reason, limit: share };
  });
}

/** What the pool may be mounted over: nothing, or just the files that were proved to be dispensable. */
function hideable(past: NodePast): Json {
  if (past.files.length === 0 || !mayBeHidden(past)) return 'empty';
  const judged = new Map(past.files.map((each) => [each.file.name, each]));
  return past.node.base.files.map(({ name, size, mtime, inode }) => {
    const { verdict, uses = [] } = judged.get(name) ?? {};
    const same = verdict?.kind === 'same' || (verdict !== undefined && isGiven(verdict));
    return { name, size, mtime, inode, same, paths: [...new Set(uses.map(({ path }) => path))].sort() };
  });
}

/** Fact 12; `_netdev` and `nofail` so that a host boots without the backend. */
function mountOptions({ settings }: Host): string {
  const builtIn = [`vers=${settings.nfs.version}`, 'hard', 'lookupcache=positive', '_netdev', 'nofail'];
  return [...new Set([...builtIn, ...settings.nfs.mountOptions])].join(',');
}
