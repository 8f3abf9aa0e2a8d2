import type { PoolInput, PoolView } from '../derivation.ts';
import { clientHosts } from '../../inventory/inventory.ts';
import type { Host, Inventory } from '../../inventory/inventory.ts';
import type { Finding } from '../../core/finding.ts';
import { canonicalAddress, isNumeric } from '../../formats/address.ts';
import { backendChecks } from '../checks/backend-checks.ts';
import { clockOffsets } from '../decisions/clocks.ts';
import { clientChecks, computeChecks } from '../checks/compute-checks.ts';
import type { ClientContext } from '../checks/compute-checks.ts';
import { decide } from '../decisions/decide.ts';
import type { DecisionInput, Decisions } from '../decisions/decide.ts';
import { parseExportLines } from '../storage/nfs-exports.ts';
import { glanceChecks, storeFindings } from '../checks/glance-checks.ts';
import { readStores } from '../decisions/store.ts';
import { readHosts, storageAddress } from '../nodes/nodes.ts';
import type { Backend, Client, ComputeNode, Controller } from '../nodes/nodes.ts';
import { migrationChecks } from '../checks/migration-checks.ts';
import { copyFindings } from '../decisions/bases/copies.ts';
import { heldFindings, existingBaseFindings } from '../checks/existing-bases.ts';
import { readExistingBases } from '../decisions/bases/existing.ts';
import { isUnmanagedExport } from '../storage/nfs-unmanaged-exports.ts';
import { unmanagedExportsOf, readTakeover } from '../storage/nfs-takeover.ts';
import { namesOf } from '../storage/nfs-clients.ts';
import { hostVars, poolVars } from './vars.ts';
import type { ClientNode } from './vars.ts';

/**
 * Pure: from the facts of all hosts to the variables of the playbooks and the findings of the environment checks.
 * Throws where the backend was not read: without it there is nothing to plan.
 */
export function deriveApply(input: PoolInput): PoolView {
  const { inventory } = input;
  const { backend, computes, controllers } = readHosts(input);
  const clients = withoutTwice<Client>([...computes, ...controllers]);
  const addresses = exportAddresses(backend, clients);
  const past = readExistingBases(backend, computes);
  const takeover = readTakeover({
    backend,
    computes,
    controllers,
    settings: inventory.settings,
    glance: inventory.glance.map(({ name }) => name),
    addresses,
    unread: inventory.compute
      .map(({ name }) => name)
      .filter((name) => !computes.some(({ host }) => host.name === name)),
  });
  const { stores, questions } = readStores(backend, controllers);
  const findings = [
    ...environment(input, { backend, computes, controllers, clients, addresses }),
    ...takeover.checks,
    ...[...past.nodes.values()].flatMap(existingBaseFindings),
    ...controllers.flatMap((node) => glanceChecks(node, backend)),
    ...[...stores.values()].flatMap((store) => storeFindings(store, backend)),
  ];
  const { decisions, findings: all } = decideAll(
    { inventory, backend, computes, past, checks: findings },
    (input.lost ?? []).filter((name) => inventory.compute.some((host) => host.name === name)),
  );
  const hostChecks = [...all, ...decisions.checks];
  const blocked = new Set(hostChecks.filter(({ severity }) => severity === 'block').map(({ host }) => host));
  const migration = migrationChecks(backend, computes, { past, checks: hostChecks, blocked });
  const checks = sortByHost([...hostChecks, ...migration], inventory);
  const open = (nodes: readonly Client[]) =>
    nodes.flatMap(({ host }) => {
      const address = addresses.get(host.name) ?? null;
      return address === null || blocked.has(host.name) ? [] : [address];
    });
  const glanceClients = open(controllers);
  const unmanagedExports = unmanagedExportsOf({
    backend,
    computes,
    addresses,
    clients: open(computes),
    takeover,
  });
  const pool = poolVars({
    inventory,
    backend,
    decisions,
    takeover,
    unmanagedExports,
    clients: open(computes),
  });
  const nodes = new Map<string, Backend | ClientNode>([[backend.host.name, backend]]);
  const computeOf = byName(computes);
  const controllerOf = byName(controllers);
  for (const { host } of clients)
    nodes.set(host.name, {
      compute: computeOf.get(host.name),
      past: past.nodes.get(host.name),
      live: takeover.live.get(host.name),
      copies: decisions.copies,
      controller: controllerOf.get(host.name),
      store: stores.get(host.name),
      liveStore: takeover.liveStores.get(host.name),
    });
  return {
    findings: checks,
    vars: (name) => hostVars(nodes.get(name), pool, glanceClients),
    questions: (name) =>
      blocked.has(name) ? [] : [...(past.questions.get(name) ?? []), ...(questions.get(name) ?? [])],
  };
}

function byName<T extends Client>(nodes: readonly T[]): ReadonlyMap<string, T> {
  return new Map(nodes.map((node) => [node.host.name, node]));
}

/** One of each host, the first role's. */
function withoutTwice<T extends Client>(nodes: readonly T[]): readonly T[] {
  return [...byName(nodes.toReversed()).values()].toReversed();
}

/** A name on hold can block a node, and what is blocked can put more names on hold: until nothing new comes of it. */
function decideAll(
  input: DecisionInput,
  lost: readonly string[],
): { decisions: Decisions; findings: readonly Finding[] } {
  const decisions = decide(input);
  const key = ({ host, finding }: Finding): string => `${host} ${finding}`;
  const known = new Set(input.checks.map(key));
  const { past, backend } = input;
  const more = [
    ...[...past.nodes.values()].flatMap((node) => heldFindings(node, decisions.hold)),
    ...copyFindings(past, decisions.copies, backend, lost),
  ].filter((check) => !known.has(key(check)));
  return more.length === 0
    ? { decisions, findings: input.checks }
    : decideAll({ ...input, checks: [...input.checks, ...more] }, lost);
}

/** What exports name: the node's storage address in numbers, else its source address; null where unknown. */
export function exportAddresses(
  backend: Backend,
  clients: readonly Client[],
): ReadonlyMap<string, string | null> {
  return new Map(
    clients.map(({ host, route }) => {
      const given = host.storageAddress;
      const address = given === undefined ? route.source : isNumeric(given) ? given : backend.resolve(given);
      return [host.name, address === null ? null : canonicalAddress(address)];
    }),
  );
}

interface Nodes {
  readonly backend: Backend;
  readonly computes: readonly ComputeNode[];
  readonly controllers: readonly Controller[];
  /** Both, each host once. */
  readonly clients: readonly Client[];
  readonly addresses: ReadonlyMap<string, string | null>;
}

/** All checks that look at hosts one by one. */
function environment({ inventory, receivedAt }: PoolInput, nodes: Nodes): readonly Finding[] {
  const { backend, computes, controllers, clients, addresses } = nodes;
  const offsets = clockOffsets(
    [backend, ...clients].flatMap(({ host, clock }) => {
      const arrived = receivedAt.get(host.name);
      return clock.seconds === null || arrived === undefined
        ? []
        : [{ host: host.name, seconds: clock.seconds, receivedAt: arrived }];
    }),
  );
  const address = storageAddress(inventory);
  const twinOf = (name: string) => {
    const own = addresses.get(name) ?? null;
    return own === null
      ? undefined
      : [...addresses].find(([other, its]) => other !== name && its === own)?.[0];
  };
  const contextOf = ({ host }: Client): ClientContext => ({
    storageAddress: address,
    serverRuns: backend.server.threads > 0,
    offset: offsets.get(host.name),
    exportAddress: addresses.get(host.name) ?? null,
    twin: twinOf(host.name),
  });
  const alone = controllers.filter(({ host }) => !computes.some((compute) => compute.host === host));
  return [
    ...backendChecks(backend, {
      settings: inventory.settings,
      storageAddress: address,
      exports: parseExportLines(backend.exports).filter(
        (entry) => !isUnmanagedExport(entry, inventory.settings.pool.cache, namesOf(computes, addresses)),
      ),
      offset: offsets.get(backend.host.name),
      cutOff: clients
        .filter(({ reach }) => reach !== 'open' && reach !== 'refused')
        .map(({ host }) => host.name),
    }),
    ...computes.flatMap((compute) => computeChecks(compute, contextOf(compute))),
    ...alone.flatMap((controller) => clientChecks(controller, contextOf(controller))),
  ];
}

/** By host as in the inventory, the backend first; what blocks before what warns. */
export function sortByHost(checks: readonly Finding[], inventory: Inventory): readonly Finding[] {
  const rank = new Map(
    [inventory.backend, ...clientHosts(inventory)].map((host: Host, index) => [host.name, index]),
  );
  const severities: readonly Finding['severity'][] = ['block', 'warning', 'unknown', 'notice'];
  return [...checks].sort(
    (a, b) =>
      (rank.get(a.host) ?? 0) - (rank.get(b.host) ?? 0) ||
      severities.indexOf(a.severity) - severities.indexOf(b.severity),
  );
}
