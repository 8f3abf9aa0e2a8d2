import type { JsonObject } from '../../src/core/json.ts';
import { createState } from '../../src/facts/state.ts';
import type { State } from '../../src/facts/state.ts';
import { buildHostPlan } from '../../src/plan/build.ts';
import type { HostInput } from '../../src/plan/build.ts';
import type { HostPlan } from '../../src/plan/plan.ts';
import { desiredQueries } from '../../src/resources/desired-state.ts';
import type { Handler, Resource, DesiredState } from '../../src/resources/desired-state.ts';
import { resourceTypes } from '../../src/resources/index.ts';
import { validateParams } from '../../src/resources/validate.ts';

/** A resource as a task gives it. */
export function resource(type: string, params: JsonObject, notify: readonly string[] = []): Resource {
  const found = resourceTypes[type];
  if (found === undefined) throw new Error(`no resource type ${type}`);
  const problem = validateParams(found, params);
  if (problem !== undefined) throw new Error(problem);
  return { task: `${type} task`, resource: found, params, notify };
}

export function handler(task: string, type: string, params: JsonObject, enabled = true): Handler {
  return { ...resource(type, params), task, enabled };
}

/** Tasks that are not in a block, in order. */
export function desiredOf(resources: readonly Resource[], handlers: readonly Handler[] = []): DesiredState {
  return { groups: resources.map((each) => ({ stopDuring: null, resources: [each] })), handlers };
}

const BARE: Readonly<Record<string, (name: string) => unknown>> = {
  path: () => ({ kind: 'absent' }),
  content: () => null,
  unit: () => ({ load: 'not-found', active: 'inactive', sub: 'dead', enabled: '', needDaemonReload: false }),
  package: () => ({ manager: 'apt', installed: false, version: '' }),
  mounts: () => [],
  folder: (name) => ({ kind: 'absent', real: name, total: 0, entries: [] }),
  user: () => null,
  group: () => null,
  sysctl: () => ({ live: null, file: null }),
  'kernel-module': () => false,
  succeeds: () => false,
  port: () => false,
};

/** The state of a host that has only what is given, by fact and question. */
export function bareState(
  desired: DesiredState,
  given: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {},
): State {
  const entries = desiredQueries(desired).map(({ fact, question, key }) => {
    const [name = ''] = Object.values(question) as readonly string[];
    return [key, given[fact.name]?.[name] ?? BARE[fact.name]?.(name)] as const;
  });
  return createState(new Map(entries));
}

export function build(desired: DesiredState, state: State, more: Partial<HostInput> = {}): HostPlan {
  return buildHostPlan({ host: 'h', desired, state, pending: [], blocks: [], ...more }).plan;
}

/** Units as `action type label`, with the handlers that they settle. */
export function shown({ units }: HostPlan): readonly string[] {
  return units.map(({ changes, settles }) => {
    const text = changes.map(({ action, type, label }) => `${action} ${type} ${label}`).join(', ');
    return settles.length === 0 ? text : `${text} [${settles.join(', ')}]`;
  });
}
