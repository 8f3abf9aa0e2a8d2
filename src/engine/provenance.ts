import { resolve } from 'node:path';
import type { Json, JsonObject } from '../core/json.ts';
import { ok } from '../core/result.ts';
import { clientHosts, isCompute, isController } from '../inventory/inventory.ts';
import type { Host, Inventory } from '../inventory/inventory.ts';
import type { MaskText } from '../core/secrets/mask.ts';
import { maskDesiredState, maskPlan, maskProvenance } from '../plan/mask.ts';
import { loadDesiredState, sameData, saveDesiredState, sealPlan } from '../plan/saved.ts';
import type { Provenance, SavedHost, SavedPlan, SavedPlay, SavedDesiredState } from '../plan/saved.ts';
import type { Play, Playbook } from '../playbook/playbook.ts';
import { derivations } from '../pool/derivations.ts';
import { factNames } from '../playbook/roots.ts';
import { lookUp } from '../playbook/template.ts';
import type { DesiredState, Resource } from '../resources/desired-state.ts';
import type { RunContext } from './context.ts';
import { participants } from './context.ts';
import type { Decided } from './prepare.ts';
import { playsFor } from './desired-state.ts';

/** A plan as it is saved: with what it was decided from, and without the secrets that the run knows. */
export function toSavedPlan(context: RunContext, decided: Decided, mask: MaskText): SavedPlan {
  const { inventory, playbook, selected } = context;
  const needsSecrets = new Set<string>();
  const plays = playbook.plays.map((play) => savePlay(play, decided, mask, needsSecrets));
  const provenance: Provenance = {
    files: { inventory: resolve(inventory.file), playbook: resolve(playbook.file) },
    hosts: [inventory.backend, ...clientHosts(inventory)].map(saveHost),
    derivation: context.derivation.name,
    selected: selected.map(({ name }) => name),
    plays,
    facts: Object.fromEntries(
      participants(context)
        .filter(({ name }) => decided.sessions.open.has(name))
        .map((host) => [host.name, factsOf(context, decided, host)]),
    ),
    needsSecrets: [...needsSecrets].sort(),
  };
  return sealPlan(maskPlan(decided.plan, mask), maskProvenance(provenance, mask));
}

function savePlay(
  play: Play,
  { desired: desiredStates }: Decided,
  mask: MaskText,
  needsSecrets: Set<string>,
): SavedPlay {
  const saved: [string, SavedDesiredState][] = [];
  for (const [host, own] of desiredStates) {
    const desired = own.get(play);
    if (desired === undefined) continue;
    const masked = maskDesiredState(desired, mask);
    for (const thing of maskedThings(desired, masked)) needsSecrets.add(thing);
    saved.push([host, saveDesiredState(masked)]);
  }
  return { name: play.name, hosts: play.hosts, names: play.names, desired: Object.fromEntries(saved) };
}

/** What of a desired state cannot be applied without its secrets: the resources in which something was masked. */
function maskedThings(original: DesiredState, masked: DesiredState): readonly string[] {
  const things = ({ groups, handlers }: DesiredState): readonly (readonly [Resource, Json])[] => [
    ...groups.flatMap(({ stopDuring, resources }) =>
      resources.map((each) => [each, [each.task, each.notify, each.params, stopDuring]] as const),
    ),
    ...handlers.map((each) => [each, [each.task, each.notify, each.params]] as const),
  ];
  const originals = things(original);
  return things(masked).flatMap(([{ resource, params }, data], index) =>
    sameData(data, originals[index]?.[1] ?? null) ? [] : [`${resource.type} ${resource.label(params)}`],
  );
}

/** The facts that a host's desired states were made from: what its plays name, as far as there is such a value. */
function factsOf(context: RunContext, { pool }: Decided, host: Host): JsonObject {
  const vars = pool.vars(host.name);
  const names = new Set(playsFor(context, host).flatMap((play) => factNames(play.names)));
  return Object.fromEntries(
    [...names].sort().flatMap((name) => {
      const value = lookUp(name, vars);
      return value.ok ? [[name, value.value]] : [];
    }),
  );
}

function saveHost(host: Host): SavedHost {
  const { name, address, port, portGiven, user, privateKeyFile, become, connection } = host;
  const { storageAddress, groups, settings } = host;
  const login = { address, port, portGiven, user, privateKeyFile, become, connection };
  return { name, ...login, storageAddress, groups, settings };
}

/** What a run works on, and what its plays ask of each host. */
export type RunInputs = Pick<RunContext, 'inventory' | 'playbook' | 'derivation' | 'selected' | 'resolve'>;

/** The orders of a saved plan: nothing but what stands in it. */
export function savedRunInputs(saved: SavedPlan): RunInputs {
  const { provenance } = saved;
  const [backend, ...clients] = provenance.hosts.map((host): Host => ({ ...asGiven(host), vars: {} }));
  if (backend === undefined) throw new Error('a saved plan without a backend');
  const inventory: Inventory = {
    ...saved.inventory,
    backend,
    compute: clients.filter(isCompute),
    glance: clients.filter(isController),
    hosts: [backend, ...clients],
    groups: groupsOf([backend, ...clients]),
    settings: backend.settings,
  };
  const desiredStates = new Map<Play, SavedPlay['desired']>();
  const plays = provenance.plays.map((saved): Play => {
    const play = { ...EMPTY_PLAY, name: saved.name, hosts: saved.hosts, names: saved.names };
    desiredStates.set(play, saved.desired);
    return play;
  });
  const playbook: Playbook = { ...saved.playbook, plays };
  return {
    inventory,
    playbook,
    derivation: derivations[provenance.derivation],
    selected: clients.filter(({ name }) => provenance.selected.includes(name)),
    // a host that was blocked then has no desired state: that it no longer is makes the plan stale
    resolve: (play, { name }) => ok(loadDesiredState(desiredStates.get(play)?.[name] ?? NOTHING)),
  };
}

/** The groups as far as these hosts are in them, for host patterns. */
function groupsOf(hosts: readonly Host[]): Readonly<Record<string, readonly string[]>> {
  const groups: Record<string, string[]> = { all: hosts.map(({ name }) => name) };
  for (const { name, groups: own } of hosts) for (const group of own) (groups[group] ??= []).push(name);
  return groups;
}

/** JSON leaves out what is undefined. */
function asGiven(host: SavedHost): SavedHost {
  return {
    ...host,
    user: host.user,
    privateKeyFile: host.privateKeyFile,
    storageAddress: host.storageAddress,
  };
}

const NOTHING: SavedDesiredState = { groups: [], handlers: [] };

const EMPTY_PLAY = { vars: {}, tasks: [], handlers: [], place: { file: '', line: 1, column: 1 } };
