import type { JsonObject } from '../../core/json.ts';
import { content } from '../../facts/content.ts';
import type { Query } from '../../facts/fact.ts';
import { mountUsers } from '../../facts/mount-users.ts';
import type { MountUsers } from '../../facts/mount-users.ts';
import type { Mount } from '../../formats/mountinfo.ts';
import { nova } from '../../facts/nova.ts';
import { place } from '../../facts/place.ts';
import type { Place } from '../../facts/place.ts';
import type { Finding } from '../../core/finding.ts';
import { canonicalAddress, isNumeric, nfsSource } from '../../formats/address.ts';
import { readHosts, storageAddress } from '../nodes/nodes.ts';
import type { Backend, ComputeNode } from '../nodes/nodes.ts';
import { candidateUnits } from '../nodes/nova-settings.ts';
import { exportAddresses, sortByHost } from '../apply/derive.ts';
import type { PoolInput, PoolView } from '../derivation.ts';
import { basePath, readTakeover } from '../storage/nfs-takeover.ts';
import type { PoolIdentity } from '../storage/nfs-identity.ts';
import { mountOptions } from '../apply/vars.ts';
import { readNeeds } from './needs.ts';
import type { Needs } from './needs.ts';
import { removalFindings } from './findings.ts';
import { backupFiles, originalSettings } from './settings.ts';

/** A compute node that is to leave the pool, and all that was read of it for that. */
export interface DepartingNode {
  readonly node: ComputeNode;
  /** What nodes of the pool mount. */
  readonly source: string;
  /** By what the pool's mounts are known. */
  readonly identity: PoolIdentity;
  /** Where, symbolic links followed. */
  readonly at: string;
  /** What its VMs need of the pool; undefined where the pool is not mounted. */
  readonly needs: Needs | undefined;
  /** The mount there if it is the pool's, by whatever name. */
  readonly live: Mount | undefined;
  /** The answers to what was asked later; undefined until then. */
  readonly users: MountUsers | undefined;
  readonly place: Place | undefined;
  /** The address that its export line names; null where it is not known, or another node has it too. */
  readonly address: string | null;
}

/**
 * Pure: from the facts of all hosts to the variables of `playbooks/remove.yaml` and the findings that keep a node in the
 * pool. Nodes are judged alone: what the pool needs of its other nodes does not matter to one that leaves. Throws where
 * the backend was not read.
 */
export function deriveRemoval(input: PoolInput): PoolView {
  const { inventory } = input;
  const { backend, computes } = readHosts(input);
  const addresses = ownAddresses(input, backend, computes);
  const unread = inventory.compute.map(({ name }) => name).filter((name) => !addresses.has(name));
  const takeover = readTakeover({
    backend,
    computes,
    controllers: [],
    settings: inventory.settings,
    glance: inventory.glance.map(({ name }) => name),
    addresses,
    unread,
  });
  const source = nfsSource(storageAddress(inventory), takeover.folder);
  const leavers = computes.map((node): DepartingNode => {
    const { name } = node.host;
    const later = laterQueries(node);
    return {
      node,
      source,
      identity: takeover.identity,
      at: basePath(node),
      needs: node.base.kind === 'mounted' ? readNeeds(node, backend) : undefined,
      live: takeover.live.get(name),
      users: node.answer(later.users),
      place: node.answer(later.place),
      address: addresses.get(name) ?? null,
    };
  });
  const checks: readonly Finding[] = sortByHost(leavers.flatMap(removalFindings), inventory);
  const blocked = new Set(checks.filter(({ severity }) => severity === 'block').map(({ host }) => host));
  const clients = leavers.flatMap(({ node: { host }, address }) =>
    address === null || blocked.has(host.name) ? [] : [{ host: host.name, address }],
  );
  const byName = new Map(leavers.map((leaver) => [leaver.node.host.name, leaver]));
  const questions = leavers.flatMap((leaver) => questionsOf(leaver));
  return {
    findings: checks,
    vars: (name) => {
      const leaver = byName.get(name);
      return leaver === undefined ? { pool: { source }, removal: { clients } } : leaverVars(leaver);
    },
    questions: (name) => questions.filter(({ host }) => host === name).map(({ query }) => query),
  };
}

/** An address that another node has, or may have, is left alone with its export line. */
function ownAddresses(
  { inventory }: PoolInput,
  backend: Backend,
  computes: readonly ComputeNode[],
): ReadonlyMap<string, string | null> {
  const read = exportAddresses(backend, computes);
  const all = inventory.compute.map(({ name, storageAddress: given }) =>
    given !== undefined && isNumeric(given) ? canonicalAddress(given) : (read.get(name) ?? null),
  );
  return new Map(
    [...read].map(([name, address]) => [
      name,
      all.filter((other) => other === address).length > 1 ? null : address,
    ]),
  );
}

function laterQueries(node: ComputeNode) {
  return {
    users: mountUsers({ path: basePath(node) }),
    place: place({ path: node.host.settings.nova.instances }),
  };
}

function questionsOf({
  node,
  needs,
}: DepartingNode): readonly { readonly host: string; readonly query: Query }[] {
  const own = [...Object.values(laterQueries(node)), ...originalQueries(node)];
  return [...own.map((query) => ({ host: node.host.name, query })), ...(needs?.questions ?? [])];
}

function novaOf(node: ComputeNode) {
  return node.answer(nova({ units: candidateUnits(node.host.settings.nova.service) }));
}

function originalQueries(node: ComputeNode): readonly Query[] {
  const answer = novaOf(node);
  return answer === undefined
    ? []
    : backupFiles(answer, node.settings.dropIn).map((path) => content({ path }));
}

function leaverVars({ node, source, live, at, needs }: DepartingNode): JsonObject {
  const { host, service, settings, users } = node;
  const answer = novaOf(node);
  const unit = service.kind === 'unit' ? service.unit : undefined;
  const original =
    answer && originalSettings(answer, unit, settings, (path) => node.answer(content({ path })) ?? null);
  const [uid, gid] = [users.nova?.uid ?? 0, users.nova?.gid ?? 0];
  const bases = needs?.bases ?? [];
  const shown = bases.filter(({ decision: verdict }) => ['there', 'copy'].includes(verdict.kind));
  const { family, id, version, kernel, systemd } = node.os;
  return {
    os: { family, id, version, kernel, systemd },
    pool: {
      source: live?.source ?? source,
      type: live?.type ?? 'nfs4',
      mount_options: mountOptions(host),
    },
    nova: {
      unit: unit?.name ?? null,
      uid,
      gid,
      instances: host.settings.nova.instances,
      base: at,
      drop_in: settings.dropIn,
    },
    removal: {
      bases: bases
        .filter(({ decision: verdict }) => verdict.kind === 'copy')
        .map(({ name, size }) => ({ name, size })),
      require_after_unmount: {
        instances: node.disks.real ?? host.settings.nova.instances,
        known: bases.map(({ name }) => name),
        shown: shown.map(({ name }) => name),
        owner: `${uid}:${gid}`,
      },
      settings: original?.files ?? [],
      restarts: original !== undefined && original.keepsBaseFiles !== settings.keepsBaseFiles,
    },
  };
}
