import { expect } from 'vitest';
import type { Event } from '../../src/core/event.ts';
import { planChanges } from '../../src/plan/plan.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { departures } from '../engine/as-planned.ts';
import type { Lab } from './lab.ts';
import { markLog, sshTrafficSince } from './observe.ts';
import type { LogMark } from './observe.ts';
import { parseEvents } from '../report/schemas.ts';

/** One run of fastboot in the lab, as its JSON lines tell it. */
export interface Outcome {
  readonly code: number | null;
  readonly events: readonly Event[];
  readonly plan: Plan | undefined;
  /** What went wrong, for the message of a test that fails. */
  readonly trouble: string;
}

/** `host type label` of each change that a plan would carry out, in order. */
export function planned(plan: Plan | undefined): readonly string[] {
  if (plan === undefined) return [];
  return planChanges(plan)
    .filter(({ action }) => action !== 'deferred' && action !== 'blocked')
    .map(({ host, type, label }) => `${host} ${type} ${label}`);
}

/** `host type label` of each change that a run reports as made, in order of the hosts in the plan. */
export function made(events: readonly Event[]): readonly string[] {
  const started = new Map<string, string>();
  const done: string[] = [];
  for (const event of events) {
    if (event.type === 'change.start') started.set(event.change, `${event.host} ${event.resource}`);
    if (event.type === 'change.done')
      done.push(started.get(event.change) ?? `never started: ${event.change}`);
  }
  return done;
}

/** Runs `fastboot COMMAND INVENTORY --json` and checks what holds for every run: plan = what was done, one connection a host. */
export async function fastboot(
  lab: Lab,
  command: 'plan' | 'apply' | 'remove',
  inventory: string,
  ...more: string[]
): Promise<Outcome> {
  const running = Object.values(lab.hosts).filter((host) => host.running);
  const marks = new Map<string, LogMark>();
  for (const host of running) marks.set(host.name, await markLog(host));
  const yes = command === 'plan' ? [] : ['--yes'];
  const { code, stdout, stderr } = await lab.fastboot([command, inventory, ...yes, '--json', ...more]);
  const events = parseEvents(stdout) as unknown as readonly Event[];
  const plan = events.flatMap((event) =>
    event.type === 'plan.made' && 'plan' in event ? [event.plan as Plan] : [],
  )[0];
  expect(events.at(-1)?.type, stderr).toBe('run.done');
  for (const host of running.filter(({ running: still }) => still)) {
    const traffic = await sshTrafficSince(host, marks.get(host.name) ?? '');
    expect(traffic.connections, traffic.log).toBeLessThanOrEqual(1);
    const reads = command === 'remove' ? 4 : 2;
    const most = command === 'plan' ? reads : reads + (host.role === 'backend' ? 4 : 2);
    expect(traffic.execs, traffic.log).toBeLessThanOrEqual(most);
  }
  expect(departures(plan, events), stderr).toEqual([]);
  if (command === 'plan') expect(made(events)).toEqual([]);
  const failures = events.filter(({ type }) => type === 'host.failed' || type === 'change.failed');
  return { code, events, plan, trouble: `${stderr}\n${JSON.stringify(failures, undefined, 2)}` };
}
