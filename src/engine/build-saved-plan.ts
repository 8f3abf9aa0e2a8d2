/** Makes the plan that is saved, with what it was decided from. */
import { resolve } from 'node:path';
import type { Json, JsonObject } from '../core/json.ts';
import { clientHosts } from '../inventory/inventory.ts';
import type { Host } from '../inventory/inventory.ts';
import type { MaskText } from '../core/secrets/mask.ts';
import { maskDesiredState, maskPlan, maskProvenance } from '../plan/mask.ts';
import { sameData, saveDesiredState, sealPlan } from '../plan/saved-plan.ts';
import type { Provenance, SavedHost, SavedPlan, SavedPlay, SavedDesiredState } from '../plan/saved-plan.ts';
import type { Play } from '../playbook/playbook.ts';
import { factNames } from '../playbook/variable-names.ts';
import { lookUp } from '../playbook/template.ts';
import type { DesiredState, Resource } from '../resources/desired-state.ts';
import type { RunContext } from './context.ts';
import { participants } from './context.ts';
import type { Decided } from './read-and-plan.ts';
import { playsFor } from './decide-desired-state.ts';

/** The plan with what it was decided from, and without the secrets that the run knows. */
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
    for (const resource of maskedResources(desired, masked)) needsSecrets.add(resource);
    saved.push([host, saveDesiredState(masked)]);
  }
  return { name: play.name, hosts: play.hosts, names: play.names, desired: Object.fromEntries(saved) };
}

/** The resources in which something was masked: they cannot be applied without their secrets. */
function maskedResources(original: DesiredState, masked: DesiredState): readonly string[] {
  const textsOf = ({ groups, handlers }: DesiredState): readonly (readonly [Resource, Json])[] => [
    ...groups.flatMap(({ stopDuring, resources }) =>
      resources.map((each) => [each, [each.task, each.notify, each.params, stopDuring]] as const),
    ),
    ...handlers.map((each) => [each, [each.task, each.notify, each.params]] as const),
  ];
  const originals = textsOf(original);
  return textsOf(masked).flatMap(([{ resource, params }, data], index) =>
    sameData(data, originals[index]?.[1] ?? null) ? [] : [`${resource.type} ${resource.label(params)}`],
  );
}

/** The facts that a host's desired state was made from: the values of the variables that its plays use. */
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
