import { carryOut } from '../engine/carry-out.ts';
import type { HostResult } from '../engine/carry-out.ts';
import { participants } from '../engine/context.ts';
import type { LockHolder } from '../engine/lock.ts';
import { prepare } from '../engine/prepare.ts';
import type { Prepared } from '../engine/prepare.ts';
import { closeSessions } from '../engine/sessions.ts';
import { executableUnits, isBlocked } from '../plan/plan.ts';
import type { Plan } from '../plan/plan.ts';
import { formatRecap } from '../report/recap.ts';
import { print } from './environment.ts';
import type { Environment } from './environment.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { load } from './load.ts';
import type { ApplyOptions, ConnectOptions } from './options.ts';
import { endWithoutPlan, showPlan } from './plan.ts';
import { rolloutOf } from './rollout.ts';
import { endingRun, openRun } from './run.ts';
import type { Run } from './run.ts';

/** Plans, asks, carries out, reads back, and says what came of it. */
export async function apply(file: string, options: ApplyOptions, environment: Environment): Promise<number> {
  if (!options.yes && (!environment.interactive || options.json)) {
    const why = options.json ? 'with --json nobody can be asked' : 'there is no terminal to ask on';
    print(
      environment.stderr,
      `fastboot apply asks before it changes anything, and ${why}: give --yes to go ahead without a question, or see what would change with \`fastboot plan\`. Nothing was touched.`,
    );
    return EXIT.usage;
  }
  const loaded = await load(file, options, environment);
  if (loaded === undefined) return EXIT.usage;
  const rollout = rolloutOf(options, loaded.inventory);
  if (!rollout.ok) {
    print(environment.stderr, rollout.error);
    return EXIT.usage;
  }
  const run = await openRun('apply', loaded, options, environment);
  return endingRun(run, async () => {
    const prepared = await prepare(run.context, lockHolder(environment));
    if (!prepared.ok) return endWithoutPlan(run, prepared.error, environment);
    await showPlan(run, prepared.value, loaded, options, environment);
    const goOn = await agreed(run, prepared.value.plan, options, environment);
    const results = goOn ? await carryOut(run.context, prepared.value, rollout.value) : untouched(run);
    await closeSessions(prepared.value.sessions);
    const exitCode = finalExit(results, goOn, environment);
    await run.finish(results, exitCode);
    if (!options.json) showRecap(run, prepared.value, options, environment, goOn);
    return exitCode;
  });
}

/** Whether to go on: nothing to do needs no question. */
async function agreed(
  run: Run,
  plan: Plan,
  options: ConnectOptions,
  environment: Environment,
): Promise<boolean> {
  const todo = plan.stages.some(({ hosts }) =>
    hosts.some((host) => !isBlocked(host) && executableUnits(host).length > 0),
  );
  if (options.yes || !todo) return true;
  await run.view.flush();
  return environment.confirm('Carry out this plan?');
}

function untouched(run: Run): readonly HostResult[] {
  return participants(run.context).map(({ name }) => ({ host: name, outcome: 'skipped', changed: 0 }));
}

function finalExit(results: readonly HostResult[], goOn: boolean, { interrupts }: Environment): number {
  const signal = interrupts.received();
  if (signal !== undefined) return EXIT[signal];
  return goOn ? exitCodeOf(results) : EXIT.ok;
}

function showRecap(
  run: Run,
  { plan }: Prepared,
  options: ConnectOptions,
  environment: Environment,
  goOn: boolean,
): void {
  // a plan that was asked for in another form is alone on standard output
  const stream = options.format === 'text' ? environment.stdout : environment.stderr;
  const recap = formatRecap(run.recorder.record(), stream.style, {
    width: stream.columns(),
    plan,
    argv: environment.commandLine,
    verbose: options.verbose,
    wrapped: stream.isTerminal,
  });
  if (stream.isTerminal && environment.stderr.isTerminal && !options.quiet) print(environment.stderr, '\n');
  print(stream, goOn ? recap : 'Nothing was changed.');
}

function lockHolder(environment: Environment): LockHolder {
  return {
    who: environment.user,
    from: environment.host,
    since: new Date().toISOString(),
    command: environment.commandLine.join(' '),
  };
}
