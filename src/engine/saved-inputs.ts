/** Turns a saved plan back into the inputs of a run. */
import { ok } from '../core/result.ts';
import { isCompute, isController } from '../inventory/inventory.ts';
import type { Host, Inventory } from '../inventory/inventory.ts';
import { loadDesiredState } from '../plan/saved-plan.ts';
import type { SavedDesiredState, SavedHost, SavedPlan, SavedPlay } from '../plan/saved-plan.ts';
import type { Play, Playbook } from '../playbook/playbook.ts';
import { derivations } from '../pool/derivations.ts';
import type { RunContext } from './context.ts';

/** What a run works on, and the desired states of its hosts. */
export type RunInputs = Pick<RunContext, 'inventory' | 'playbook' | 'derivation' | 'selected' | 'resolve'>;

/** The inputs that a saved plan holds. Inventory and playbook are not read. */
export function savedRunInputs(saved: SavedPlan): RunInputs {
  const { provenance } = saved;
  const [backend, ...clients] = provenance.hosts.map((host): Host => ({ ...withAllFields(host), vars: {} }));
  if (backend === undefined) throw new Error('the saved plan has no backend');
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
    // a host that was blocked has no desired state; if it is not blocked any more, the plan is stale
    resolve: (play, { name }) => ok(loadDesiredState(desiredStates.get(play)?.[name] ?? NOTHING)),
  };
}

/** The groups with these hosts in them, for host patterns. */
function groupsOf(hosts: readonly Host[]): Readonly<Record<string, readonly string[]>> {
  const groups: Record<string, string[]> = { all: hosts.map(({ name }) => name) };
  for (const { name, groups: own } of hosts) for (const group of own) (groups[group] ??= []).push(name);
  return groups;
}

/** A host with all its fields: JSON leaves out fields that are undefined. */
function withAllFields(host: SavedHost): SavedHost {
  return {
    ...host,
    user: host.user,
    privateKeyFile: host.privateKeyFile,
    storageAddress: host.storageAddress,
  };
}

const NOTHING: SavedDesiredState = { groups: [], handlers: [] };

const EMPTY_PLAY = { vars: {}, tasks: [], handlers: [], place: { file: '', line: 1, column: 1 } };
