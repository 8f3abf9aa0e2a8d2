import type { Json, JsonObject } from '../../core/json.ts';
import { encodeOctal } from '../../formats/octal.ts';
import type { Mount } from '../../formats/mountinfo.ts';
import type { Host, Inventory } from '../../inventory/inventory.ts';
import { nfsSource } from '../../formats/address.ts';
import type { Decisions } from '../decisions/decide.ts';
import { storageAddress } from '../nodes/nodes.ts';
import { glanceVars } from './glance-vars.ts';
import type { OwnStore } from '../decisions/store.ts';
import type { Backend, Client, ComputeNode, Controller } from '../nodes/nodes.ts';
import { commonParent, linkSyncConfig } from '../decisions/link-sync-config.ts';
import { gateMounts, otherName } from './gate.ts';
import type { Copies } from '../decisions/bases/copies.ts';
import { isGiven, mayBeHidden } from '../decisions/bases/existing.ts';
import type { ExistingBases } from '../decisions/bases/existing.ts';
import { mountUnit, unitWord } from '../../formats/systemd.ts';
import { cronTakeovers } from '../decisions/image-linkers.ts';
import { basePath } from '../storage/nfs-takeover.ts';
import type { Takeover } from '../storage/nfs-takeover.ts';
import type { UnmanagedExport } from '../storage/nfs-unmanaged-exports.ts';
import { nfsThreads } from '../storage/nfs-threads.ts';

export interface PoolVarsInput {
  readonly inventory: Inventory;
  readonly backend: Backend;
  readonly decisions: Decisions;
  readonly takeover: Takeover;
  readonly unmanagedExports: readonly UnmanagedExport[];
  /** Export addresses of the compute nodes that take part in this run. */
  readonly clients: readonly string[];
}

/** `pool`: the same for all hosts. */
export interface PoolVars extends JsonObject {
  /** What compute nodes mount. */
  readonly source: string;
  readonly address: string;
  readonly images: string;
}

/** The variable `pool`. */
export function poolVars({
  inventory,
  backend,
  decisions,
  takeover,
  unmanagedExports,
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
    unmanaged_exports: unmanagedExports,
    cron_linkers: cronTakeovers(backend.linkers, cache),
  };
}

/** What was read of one host beside the backend, by its roles, and what it had before the pool. */
export interface ClientNode {
  readonly compute: ComputeNode | undefined;
  readonly past: ExistingBases | undefined;
  /** What is mounted there and is the pool already. */
  readonly live: Mount | undefined;
  readonly copies: Copies;
  readonly controller: Controller | undefined;
  readonly store: OwnStore | undefined;
  /** What is mounted on its store and is the pool's images folder already. */
  readonly liveStore: Mount | undefined;
}

/**
 * All variables of one host; of one that was not read only `pool`.
 *
 * @param glanceClients export addresses of the hosts with glance-api that take part in this run
 */
export function hostVars(
  node: Backend | ClientNode | undefined,
  pool: PoolVars,
  glanceClients: readonly string[],
): JsonObject {
  if (node === undefined) return { pool };
  if ('os' in node) return { os: systemVars(node), pool, glance: { clients: glanceClients } };
  const { compute, controller } = node;
  const any = compute ?? controller;
  if (any === undefined) return { pool };
  return {
    os: systemVars(any),
    pool: { ...pool, mount_options: mountOptions(any.host) },
    ...(compute === undefined ? {} : computeVars(compute, pool.source, node)),
    ...(controller === undefined ? {} : { glance: glanceVars(controller, pool, node.store, node.liveStore) }),
  };
}

function systemVars({ os: { family, id, version, kernel, systemd } }: Backend | Client): JsonObject {
  return { family, id, version, kernel, systemd };
}

function computeVars(node: ComputeNode, source: string, { past, live, copies }: ClientNode): JsonObject {
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
      aliases: otherName(source, live),
      may_cover: past === undefined ? 'empty' : hideable(past),
      copies: copiesOf(node, base, copies),
      drop_in: settings.dropIn,
      overrides: settings.overrides,
      keeps_base_files: settings.keepsBaseFiles,
    },
    // as /proc/self/mountinfo writes them, quoted for a unit file
    gate: { base: unitWord(encodeOctal(base)), mounts: gateMounts(source, live) },
  };
}

/** The base files that this node gives to the pool, as `nfs_copy` takes them. */
function copiesOf({ host }: ComputeNode, base: string, { byHost }: Copies): Json {
  const { copyLimit } = host.settings.nfs;
  const share = copyLimit === null ? null : Math.max(1, Math.floor(copyLimit / byHost.size));
  return (byHost.get(host.name) ?? []).map(({ file, digest, reason }) => {
    const { name, size, mtime, inode } = file;
    return { path: `${base}/${name}`, size, mtime, inode, sha256: digest, reason, limit: share };
  });
}

/** What the pool may be mounted over: nothing, or just the files that were proved to be dispensable. */
function hideable(past: ExistingBases): Json {
  if (past.files.length === 0 || !mayBeHidden(past)) return 'empty';
  const judged = new Map(past.files.map((each) => [each.file.name, each]));
  return past.node.base.files.map(({ name, size, mtime, inode }) => {
    const { decision: verdict, uses = [] } = judged.get(name) ?? {};
    const same = verdict?.kind === 'same' || (verdict !== undefined && isGiven(verdict));
    return { name, size, mtime, inode, same, paths: [...new Set(uses.map(({ path }) => path))].sort() };
  });
}

/** Fact 12; `_netdev` and `nofail` so that a host boots without the backend. */
export function mountOptions({ settings }: Host): string {
  const builtIn = [`vers=${settings.nfs.version}`, 'hard', 'lookupcache=positive', '_netdev', 'nofail'];
  return [...new Set([...builtIn, ...settings.nfs.mountOptions])].join(',');
}
