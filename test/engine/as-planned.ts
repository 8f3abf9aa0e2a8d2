import type { EventBody } from '../../src/core/event.ts';
import { executableUnits, isBlocked } from '../../src/plan/plan.ts';
import type { Change, Plan } from '../../src/plan/plan.ts';

/**
 * How a run differs from its plan. Each event is compared with the plan, in order: each change must be planned, each planned
 * change must be made, and each one after those that it depends on. Empty for a run as planned, also where hosts failed or the
 * run was killed.
 *
 * @param cut the run was killed: its last events may be missing
 */
export function departures(
  plan: Plan | undefined,
  events: readonly EventBody[],
  { cut = false }: { readonly cut?: boolean } = {},
): readonly string[] {
  const wrong: string[] = [];
  const complain = (text: string): void => void wrong.push(text);
  const stages = plan === undefined ? [] : plan.stages.map(({ hosts }) => promised(hosts));
  const all = new Map(
    stages.flatMap((hosts) => [...hosts.values()].flat().map((change) => [change.id, change])),
  );
  const stageOf = new Map(
    stages.flatMap((hosts, index) => [...hosts.values()].flat().map(({ id }) => [id, index] as const)),
  );
  const next = queues(stages);
  const started = new Map<string, string>();
  const done = new Set<string>();
  const failed = new Set<string>();
  let stage = 0;
  for (const event of events) {
    switch (event.type) {
      case 'change.start': {
        const { host, change: id, task, resource } = event;
        const change = all.get(id);
        if (next.get(host)?.shift() !== id) complain(`${host} began ${id}, which is not its next change`);
        if (change?.task !== task || change.resource !== resource)
          complain(`${id} was started as ${task}: ${resource}`);
        const missing = (change?.dependsOn ?? []).filter((other) => !done.has(other));
        if (missing.length > 0) complain(`${id} was started before ${missing.join(', ')}`);
        const own = stageOf.get(id) ?? -1;
        if (own < stage) complain(`${id} was started after a later stage`);
        stage = Math.max(stage, own);
        started.set(host, id);
        break;
      }
      case 'change.done':
        if (started.get(event.host) !== event.change) complain(`${event.change} was done, but not started`);
        started.delete(event.host);
        done.add(event.change);
        break;
      case 'change.failed':
        if (started.get(event.host) !== event.change) complain(`${event.change} failed, but was not started`);
        started.delete(event.host);
        break;
      case 'host.failed':
        failed.add(event.host);
        break;
      case 'host.done': {
        const { host, outcome, changed } = event;
        const made = [...done].filter((id) => all.get(id) && ofHost(stages, host).includes(id)).length;
        const left = next.get(host)?.length ?? 0;
        if (changed !== made) complain(`${host} says ${changed} changes, and ${made} were made`);
        if (outcome === 'changed' && (made === 0 || left > 0))
          complain(`${host} changed, and ${left} were left`);
        if (outcome === 'unchanged' && (made > 0 || left > 0))
          complain(`${host} unchanged, but ${made} made and ${left} left`);
        if ((outcome === 'failed' || outcome === 'unreachable') && !failed.has(host))
          complain(`${host} ${outcome}, and does not say why`);
        if (started.has(host) && outcome !== 'failed' && outcome !== 'blocked')
          complain(`${host} ${outcome} in the middle of ${started.get(host) ?? ''}`);
        break;
      }
      default:
    }
  }
  const last = events.at(-1);
  if (!cut && last?.type !== 'run.done' && events.some(({ type }) => type === 'run.start'))
    complain(`the last event is ${last?.type ?? 'none'}`);
  if (last?.type === 'run.done' && last.exitCode === 0 && events.some(({ type }) => type === 'change.start'))
    for (const [host, left] of next) if (left.length > 0) complain(`${host} was promised ${left.join(', ')}`);
  return wrong;
}

/** The changes that a stage makes on each host, in order: none on a blocked host, and no deferred ones. */
function promised(hosts: Plan['stages'][number]['hosts']): ReadonlyMap<string, readonly Change[]> {
  return new Map(
    hosts
      .filter((plan) => !isBlocked(plan))
      .map((plan) => [plan.host, executableUnits(plan).flatMap(({ changes }) => changes)]),
  );
}

function queues(stages: readonly ReadonlyMap<string, readonly Change[]>[]): ReadonlyMap<string, string[]> {
  const next = new Map<string, string[]>();
  for (const hosts of stages)
    for (const [host, changes] of hosts)
      next.set(host, [...(next.get(host) ?? []), ...changes.map(({ id }) => id)]);
  return next;
}

function ofHost(stages: readonly ReadonlyMap<string, readonly Change[]>[], host: string): readonly string[] {
  return stages.flatMap((hosts) => (hosts.get(host) ?? []).map(({ id }) => id));
}
