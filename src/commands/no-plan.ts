import type { HostResult } from '../engine/carry-out.ts';
import { isUnreachable } from '../core/failure.ts';
import type { NoPlan } from '../engine/prepare.ts';
import { describeFailure } from '../report/failure-text.ts';
import { failureLines } from '../report/failure-lines.ts';
import { visible } from '../report/escape.ts';
import { print } from './environment.ts';
import type { Environment } from './environment.ts';
import { EXIT } from './exit-code.ts';
import type { Run } from './run.ts';

/** The exit code of a run that came to no plan. */
export function noPlanExit(reason: NoPlan, { interrupts }: Environment): number {
  switch (reason.kind) {
    case 'locked':
      return EXIT.refused;
    case 'backend':
      return isUnreachable(reason.failure) ? EXIT.unreachable : EXIT.failed;
    case 'playbook':
      return EXIT.usage;
    case 'interrupted':
      return EXIT[interrupts.received() ?? 'SIGINT'];
  }
}

/** How the hosts came out of a run that came to no plan: none was touched. */
export function noPlanResults(reason: NoPlan, { context }: Run): readonly HostResult[] {
  const backend = context.inventory.backend.name;
  const skipped = context.selected.map(({ name }): HostResult => ({
    host: name,
    outcome: 'skipped',
    changed: 0,
  }));
  if (reason.kind !== 'backend') return [{ host: backend, outcome: 'skipped', changed: 0 }, ...skipped];
  const outcome = isUnreachable(reason.failure) ? 'unreachable' : 'failed';
  return [{ host: backend, outcome, changed: 0, failure: reason.failure }, ...skipped];
}

/** Says on standard error why there is no plan. */
export function showNoPlan(reason: NoPlan, { context }: Run, { stderr }: Environment): void {
  const backend = context.inventory.backend.name;
  switch (reason.kind) {
    case 'locked':
      return print(
        stderr,
        `Another run holds the lock on ${backend}: ${visible(describeHolder(reason.holder))}\nNothing was touched. Wait for it to end, then run again; the lock goes away by itself with the run that holds it.`,
      );
    case 'backend': {
      const text = describeFailure(backend, reason.failure);
      const lines = failureLines(text, stderr.style, stderr.columns());
      return print(
        stderr,
        [
          `${stderr.style.symbols.failed} ${backend}: ${text.what}`,
          ...lines,
          'Without the backend nothing can be planned. Nothing was touched on any host.',
        ].join('\n'),
      );
    }
    case 'playbook': {
      const { place, task, message } = reason.error;
      return print(
        stderr,
        `${place.file}:${place.line}:${place.column}: task "${task}" for ${reason.host}: ${visible(message)}\nNothing was touched.`,
      );
    }
    case 'interrupted':
      return print(stderr, 'Interrupted before anything was changed.');
  }
}

/** The lock's line as a sentence; as it is where it is no line of ours. */
function describeHolder(line: string): string {
  try {
    const { who, from, since, command } = JSON.parse(line) as Record<string, unknown>;
    return `${String(who)}@${String(from)}, since ${String(since)}: ${String(command)}`;
  } catch {
    return line === '' ? 'it has not said who it is' : line;
  }
}
