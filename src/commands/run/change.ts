import { applyPlan } from '../../engine/apply.ts';
import type { HostResult } from '../../engine/apply.ts';
import type { LockHolder } from '../../engine/lock-holder.ts';
import { prepare } from '../../engine/prepare.ts';
import type { Rollout } from '../../engine/rollout.ts';
import { closeSessions } from '../../engine/sessions.ts';
import { executableUnits, isBlocked } from '../../plan/plan.ts';
import type { Plan } from '../../plan/plan.ts';
import type { SavedPlan } from '../../plan/saved.ts';
import { formatRecap } from '../../report/recap/recap.ts';
import { count } from '../../report/terminal/text.ts';
import { print } from './environment.ts';
import type { Environment } from './environment.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import type { ApplyTarget } from './apply-target.ts';
import { packagedPlaybook } from './load.ts';
import { untouched } from './no-plan.ts';
import type { ConnectOptions } from './options.ts';
import { endWithoutPlan, showPlan } from '../plan.ts';
import { recorded } from './recorded.ts';
import { rolloutWords } from './rollout.ts';
import { endingRun, openRun } from './run.ts';
import type { Run } from './run.ts';
import { driftOf, refuseStale } from './saved-plan.ts';

/** What a command that changes hosts works on. */
export interface ChangeRequest extends ApplyTarget {
  /** The command's name. */
  readonly command: string;
  readonly rollout: Rollout;
  /** What is left to say at the end of a run in which all went well. */
  readonly afterwards?: (plan: Plan) => string;
}

/**
 * Whether the run may begin: it can ask, or need not. Says why where it may not.
 *
 * @param look how to see what would change, as words after "see what would change"
 */
export function mayAsk(
  command: string,
  look: string,
  options: ConnectOptions,
  environment: Environment,
): boolean {
  if (options.yes || (environment.interactive && !options.json)) return true;
  const why = options.json ? 'with --json nobody can be asked' : 'there is no terminal to ask on';
  print(
    environment.stderr,
    `fastboot ${command} asks before it changes anything, and ${why}: give --yes to go ahead without a question, or see what would change ${look}. Nothing was touched.`,
  );
  return false;
}

/**
 * Plans, asks, carries out, reads back, and says what came of it. A saved plan is made again from its own desired states first: if
 * that gives another plan, something has changed since, and nothing is done.
 */
export async function change(
  order: ChangeRequest,
  options: ConnectOptions,
  environment: Environment,
): Promise<number> {
  const { command, loaded, saved, changed, rollout } = order;
  const wanted = saved === undefined ? options : { ...options, limit: saved.limit ?? undefined };
  const run = await openRun(command, loaded, wanted, environment);
  return endingRun(run, async () => {
    if (saved !== undefined && changed.length > 0) return refuseStale(saved, changed, run, environment);
    const holder = lockHolder(run, environment);
    const prepared = await prepare(run.context, holder);
    if (!prepared.ok) return endWithoutPlan(run, prepared.error, environment);
    const drift = saved === undefined ? [] : driftOf(saved, run, prepared.value);
    if (saved !== undefined && drift.length > 0) {
      await closeSessions(prepared.value.sessions);
      return refuseStale(saved, drift, run, environment);
    }
    await showPlan(run, prepared.value, loaded, wanted, environment);
    const goOn = await agreed(run, prepared.value.plan, options, environment);
    const exitOf = (results: readonly HostResult[]): number => finalExit(results, goOn, environment);
    const results = goOn
      ? await recorded(run, prepared.value.sessions, holder, exitOf, () =>
          applyPlan(run.context, prepared.value, rollout),
        )
      : untouched(run);
    await closeSessions(prepared.value.sessions);
    const exitCode = exitOf(results);
    await run.finish(results, exitCode);
    if (!options.json) showRecap(run, order, options, environment, goOn);
    if (goOn && exitCode === EXIT.ok && order.afterwards !== undefined && run.plan !== undefined)
      print(
        options.json || options.format !== 'text' ? environment.stderr : environment.stdout,
        order.afterwards(run.plan),
      );
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
  const changes = plan.stages.flatMap(({ hosts }) =>
    hosts
      .filter((host) => !isBlocked(host))
      .flatMap((host) => executableUnits(host).flatMap((unit) => unit.changes.map(() => host.host))),
  );
  if (options.yes || changes.length === 0) return true;
  await run.view.flush();
  const what = count(changes.length, 'change');
  return environment.confirm(`Make ${what} on ${count(new Set(changes).size, 'host')}?`);
}

function finalExit(results: readonly HostResult[], goOn: boolean, { interrupts }: Environment): number {
  const signal = interrupts.received();
  if (signal !== undefined) return EXIT[signal];
  return goOn ? exitCodeOf(results) : EXIT.ok;
}

function showRecap(
  run: Run,
  { saved }: ChangeRequest,
  options: ConnectOptions,
  environment: Environment,
  goOn: boolean,
): void {
  // a plan that was asked for in another form is alone on standard output
  const stream = options.format === 'text' ? environment.stdout : environment.stderr;
  const recap = formatRecap(run.recorder.record(), stream.style, {
    width: stream.columns(),
    ...(run.plan === undefined ? {} : { plan: run.plan }),
    // a plan that was begun is no longer what is left to do
    argv: saved === undefined ? environment.commandLine : againWords(saved, environment),
    verbose: options.verbose,
    wrapped: stream.isTerminal,
  });
  if (stream.isTerminal && environment.stderr.isTerminal && !options.quiet) print(environment.stderr, '\n');
  print(stream, goOn ? recap : 'Nothing was changed.');
}

/** The command that makes of the inventory what the plan had in mind. */
function againWords(
  { inventory, playbook }: SavedPlan,
  { packageRoot, commandLine }: Environment,
): readonly string[] {
  const own = playbook.file === packagedPlaybook(packageRoot) ? [] : ['--playbook', playbook.file];
  return ['fastboot', 'apply', inventory.file, ...own, ...rolloutWords(commandLine)];
}

function lockHolder({ context, mask }: Run, environment: Environment): LockHolder {
  return {
    run: context.signature.runId,
    who: environment.user,
    from: environment.host,
    since: new Date().toISOString(),
    command: mask(environment.commandLine.join(' ')),
  };
}
