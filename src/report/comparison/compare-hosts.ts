/** Compares which hosts two plans are for, and which of them could be read. */
import { planChanges } from '../../plan/plan.ts';
import type { Plan } from '../../plan/plan.ts';
import { count } from '../terminal/text.ts';
import type { PlanDifference, Side } from './comparison.ts';

/** The hosts that were read for a plan. */
export function readHosts({ stages }: Plan): ReadonlySet<string> {
  return new Set(stages.flatMap(({ hosts }) => hosts.map(({ host }) => host)));
}

/** Hosts that are in one of the plans only, or that could not be read for one of them. */
export function hostDifferences(older: Plan, newer: Plan): readonly PlanDifference[] {
  const [then, now] = [hostSides(older), hostSides(newer)];
  const [readThen, readNow] = [readHosts(older), readHosts(newer)];
  return [...new Set([...then.keys(), ...now.keys()])]
    .filter((host) => !(readThen.has(host) && readNow.has(host)))
    .map((host) => ({ host, before: then.get(host) ?? null, after: now.get(host) ?? null }))
    .filter(({ before, after }) => before?.text !== after?.text)
    .map(({ host, before, after }) => ({
      kind: before === null ? 'added' : after === null ? 'removed' : 'changed',
      about: 'host',
      host,
      item: 'host',
      then: before,
      now: after,
    }));
}

/** What a plan says of each of its hosts. A host that could not be read has its reason. */
function hostSides(plan: Plan): ReadonlyMap<string, Side> {
  const amounts = new Map<string, number>();
  for (const { host } of planChanges(plan)) amounts.set(host, (amounts.get(host) ?? 0) + 1);
  const read = [...readHosts(plan)].map(
    (host) => [host, `read, ${count(amounts.get(host) ?? 0, 'change')}`] as const,
  );
  const unread = plan.unread.map(({ host, reason }) => [host, `not read: ${reason}`] as const);
  return new Map([...read, ...unread].map(([host, text]) => [host, { text, lines: [] }]));
}
