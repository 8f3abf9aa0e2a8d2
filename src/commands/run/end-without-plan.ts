/** Ends runs that came to no plan. */
import { stripVTControlCharacters } from 'node:util';
import { isUnreachable } from '../../core/failure.ts';
import { alsoByName } from '../../core/secrets/mask.ts';
import type { HostResult } from '../../engine/apply.ts';
import { participants } from '../../engine/context.ts';
import { describeHolder } from '../../engine/lock-holder.ts';
import type { NoPlan } from '../../engine/read-and-plan.ts';
import { describeFailure } from '../../report/failure/describe.ts';
import { failureLines } from '../../report/failure/lines.ts';
import { visible } from '../../report/terminal/escape.ts';
import { print } from './environment.ts';
import type { Environment, Stream } from './environment.ts';
import { EXIT } from './exit-code.ts';
import type { Run } from './run.ts';

/** Ends a run that came to no plan: prints why; gives the exit code. */
export async function endWithoutPlan(run: Run, reason: NoPlan, environment: Environment): Promise<number> {
  const exitCode = noPlanExit(reason, environment);
  const { stderr } = environment;
  const text = alsoByName(run.mask)(describeNoPlan(reason, run.context.inventory.backend.name, stderr));
  if (reason.kind !== 'interrupted')
    run.context.emit({ type: 'run.failed', reason: reason.kind, text: stripVTControlCharacters(text) });
  await run.finish(noPlanResults(reason, run), exitCode);
  print(stderr, text);
  return exitCode;
}

function noPlanExit(reason: NoPlan, { interrupts }: Environment): number {
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

/** The results of the hosts: none was touched. */
function noPlanResults(reason: NoPlan, { context }: Run): readonly HostResult[] {
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

/** The results of a run that touched no host. */
export function untouched({ context }: Run): readonly HostResult[] {
  return participants(context).map(({ name }) => ({ host: name, outcome: 'skipped', changed: 0 }));
}

/** Why there is no plan, for people. */
function describeNoPlan(reason: NoPlan, backend: string, { style, columns }: Stream): string {
  switch (reason.kind) {
    case 'locked':
      return [
        `Another run holds the lock on ${backend}: ${visible(describeHolder(reason.holder))}`,
        'Nothing was touched. What to do: wait for that run to end, then run again; or wait with --lock-timeout SECONDS. The lock ends with the run that holds it.',
      ].join('\n');
    case 'backend': {
      const text = describeFailure(backend, reason.failure);
      return [
        `${style.symbols.failed} ${backend}: ${text.what}`,
        ...failureLines(text, style, columns()),
        'Without the backend nothing can be planned. Nothing was touched on any host.',
      ].join('\n');
    }
    case 'playbook': {
      const { place, task, message } = reason.error;
      return [
        `${place.file}:${place.line}:${place.column}: task "${task}" for ${reason.host}: ${visible(message)}`,
        'Nothing was touched. Correct the playbook or the variable, then run again.',
      ].join('\n');
    }
    case 'interrupted':
      return 'Interrupted before anything was changed. Run again to start over.';
  }
}
