import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Event } from '../../src/core/event.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { departures } from '../engine/as-planned.ts';
import type { Finished, RunOptions } from '../lab/process.ts';
import { parseEvents } from '../report/schemas.ts';
import type { Fleet, FleetHost, Running } from './fleet.ts';

/** A run of fastboot, as its JSON lines tell it. */
export interface Outcome {
  readonly code: number | null;
  readonly events: readonly Event[];
  readonly plan: Plan | undefined;
  /** What went wrong, for the message of a test that fails. */
  readonly trouble: string;
}

/** Runs `fastboot COMMAND … --json`; a command that changes hosts is not asked about it. */
export async function runJson(
  fleet: Fleet,
  command: 'plan' | 'apply',
  args: readonly string[],
  options?: RunOptions,
): Promise<Outcome> {
  const yes = command === 'apply' ? ['--yes'] : [];
  return readOutcome(await fleet.fastboot([command, ...args, '--json', ...yes], options));
}

/**
 * Reads the JSON lines of a run, each as the schema says, and compares them with the plan, event by event; of one that was
 * killed the last line may be half a line.
 */
export function readOutcome({ code, signal, stdout, stderr }: Finished): Outcome {
  const whole = stdout.slice(0, stdout.lastIndexOf('\n') + 1);
  const events = parseEvents(whole) as unknown as readonly Event[];
  const made = events.find((event) => event.type === 'plan.made') as { readonly plan?: Plan } | undefined;
  const failures = events.filter(({ type }) => type === 'host.failed' || type === 'change.failed');
  expect(departures(made?.plan, events, { cut: signal !== null }), stderr).toEqual([]);
  const trouble = `${stderr}\n${JSON.stringify(failures, undefined, 2)}`;
  return { code, events, plan: made?.plan, trouble };
}

/** How each host came out of a run. */
export function outcomes(events: readonly Event[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    events.flatMap((event) => (event.type === 'host.done' ? [[event.host, event.outcome] as const] : [])),
  );
}

/** What sshd did for its clients since the last time that it was asked. */
export interface SshTraffic {
  readonly connections: number;
  /** commands and subsystems that clients started */
  readonly execs: number;
}

const seen = new Map<number, number>();

/** Counts in a host's sshd log what is new in it. */
export function sshTraffic(fleet: Fleet, host: FleetHost): SshTraffic {
  const log = fleet.read(host, '/var/log/sshd.log');
  const fresh = log.slice(seen.get(host.pid) ?? 0);
  seen.set(host.pid, log.length);
  const count = (pattern: RegExp): number => fresh.match(pattern)?.length ?? 0;
  return { connections: count(/^Connection from /gm), execs: count(/^Starting session: /gm) };
}

/** The most memory that fastboot had at any time, in MiB, as far as it was seen to its end. */
export async function peakMemory(running: Running): Promise<number> {
  let peak = 0;
  const look = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${running.pid()}/status`, 'utf8');
      peak = Math.max(peak, Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024);
    } catch {
      // not begun yet, or over
    }
  }, 20);
  await running.done;
  clearInterval(look);
  return peak;
}
