import type { Json, JsonObject } from '../core/json.ts';
import { encodeOctal } from '../facts/mounts.ts';
import type { Host, Inventory } from '../inventory/inventory.ts';
import { nfsSource } from './address.ts';
import type { Decisions } from './decide.ts';
import { exportsOthers, parseExportLines } from './exports.ts';
import { storageAddress } from './hosts.ts';
import type { Backend, Compute } from './hosts.ts';
import { commonParent, linkSyncConfig } from './link-sync.ts';
import { mayBeHidden } from './past/past.ts';
import type { NodePast } from './past/past.ts';
import { mountUnit, unitWord } from './systemd.ts';
import { nfsThreads } from './threads.ts';

export interface PoolVarsInput {
  readonly inventory: Inventory;
  readonly backend: Backend;
  readonly decisions: Decisions;
  /** Export addresses of the compute nodes that take part in this run. */
  readonly clients: readonly string[];
}

/** `pool`: the same for all hosts. */
export interface PoolVars extends JsonObject {
  /** What compute nodes mount. */
  readonly source: string;
}

/** The variable `pool`. */
export function poolVars({ inventory, backend, decisions, clients }: PoolVarsInput): PoolVars {
  const { settings } = inventory;
  const { images, cache, mode } = settings.pool;
  const address = storageAddress(inventory);
  const others = exportsOthers(parseExportLines(backend.exports), cache);
  const stopped = backend.server.threads === 0;
  const schedule = settings.linkSync.schedule;
  return {
    images,
    cache,
    mode,
    parent: commonParent(images, cache),
    link_sync_families: decisions.openrc === null ? 'AF_UNIX' : 'AF_UNIX AF_INET AF_INET6',
    address,
    source: nfsSource(address, cache),
    gid: decisions.gid,
    owner: decisions.owner,
    clients,
    openrc: decisions.openrc,
    hold: decisions.hold,
    link_sync_config: linkSyncConfig(settings, decisions),
    schedule: schedule === 'auto' ? (backend.os.systemd ? 'systemd' : 'cron') : schedule,
    interval: settings.linkSync.interval,
    threads: nfsThreads(settings.nfs.threads, inventory.compute.length),
    vers3: others && (stopped || backend.server.versions.includes('3')),
  };
}

/** All variables of one host; of one that was not read only `pool`. */
export function hostVars(node: Backend | Compute | undefined, pool: PoolVars, past?: NodePast): JsonObject {
  if (node === undefined) return { pool };
  const { family, id, version, kernel, systemd } = node.os;
  const system = { family, id, version, kernel, systemd };
  if (!('users' in node)) return { os: system, pool };
  return {
    os: system,
    pool: { ...pool, mount_options: mountOptions(node.host) },
    ...computeVars(node, pool.source, past),
  };
}

function computeVars(node: Compute, source: string, past: NodePast | undefined): JsonObject {
  const { host, service, settings, users } = node;
  const base = node.base.real ?? `${host.settings.nova.instances}/_base`;
  const unit = service.kind === 'unit' ? service.unit.name : null;
  return {
    nova: {
      unit,
      uid: users.nova?.uid ?? null,
      gid: users.nova?.gid ?? null,
      instances: host.settings.nova.instances,
      base,
      mount_unit: mountUnit(base),
      over: past === undefined ? 'empty' : hideable(past),
      drop_in: settings.dropIn,
      overrides: settings.overrides,
      keeps_base_files: settings.keepsBaseFiles,
    },
    // as /proc/self/mountinfo writes them, quoted for a unit file
    gate: { base: unitWord(encodeOctal(base)), source: unitWord(encodeOctal(source)) },
  };
}

/** What the pool may be mounted over: nothing, or just the files that were proved to be dispensable. */
function hideable(past: NodePast): Json {
  if (past.files.length === 0 || !mayBeHidden(past)) return 'empty';
  const shown = new Set(
    past.files.filter(({ verdict }) => verdict.kind === 'same').map(({ file }) => file.name),
  );
  return past.node.base.files.map(({ name, size, mtime, inode }) => ({
    name,
    size,
    mtime,
    inode,
    same: shown.has(name),
  }));
}

/** Fact 12; `_netdev` and `nofail` so that a host boots without the backend. */
function mountOptions({ settings }: Host): string {
  const builtIn = [`vers=${settings.nfs.version}`, 'hard', 'lookupcache=positive', '_netdev', 'nofail'];
  return [...new Set([...builtIn, ...settings.nfs.mountOptions])].join(',');
}
