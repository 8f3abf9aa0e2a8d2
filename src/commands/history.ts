import { isUnreachable } from '../core/failure.ts';
import { openHistory, rememberedRuns, planOfRun } from '../engine/run-history.ts';
import type { RememberedRun } from '../engine/run-history.ts';
import { closeSessions } from '../engine/sessions.ts';
import type { Session } from '../engine/sessions.ts';
import { changesMade } from '../plan/run-entry.ts';
import { formatHistory } from '../report/recap/history-text.ts';
import { renderPlan } from '../report/render-plan.ts';
import { formatFailures } from '../report/recap/recap.ts';
import { print } from './run/environment.ts';
import type { Environment } from './run/environment.ts';
import { EXIT } from './run/exit-code.ts';
import { load } from './run/load.ts';
import type { ConnectOptions, HistoryOptions } from './run/options.ts';
import { endingRun, openRun } from './run/run.ts';
import type { Run } from './run/run.ts';

/** Lists the runs that the backend remembers, the newest first, or shows the plan of one. Changes nothing. */
export async function history(
  file: string,
  options: HistoryOptions,
  environment: Environment,
): Promise<number> {
  // nothing but the list is printed, so nobody listens to the run's events
  const quiet: ConnectOptions = {
    ...options,
    json: false,
    quiet: true,
    limit: undefined,
    forks: 1,
    playbook: undefined,
    yes: false,
    logFile: undefined,
  };
  const loaded = await load(file, quiet, environment);
  if (loaded === undefined) return EXIT.usage;
  const run = await openRun('history', { ...loaded, selected: [] }, quiet, environment);
  return endingRun(run, async () => {
    const sessions = await openHistory(run.context);
    const [session] = [...sessions.open.values()];
    const exitCode =
      session === undefined
        ? tellFailure(run, [...sessions.failures.values()].every(isUnreachable), environment)
        : await tell(run, session, options, environment);
    await closeSessions(sessions);
    await run.finish([], exitCode);
    return exitCode;
  });
}

async function tell(
  run: Run,
  session: Session,
  options: HistoryOptions,
  environment: Environment,
): Promise<number> {
  const { stdout } = environment;
  const rows = rememberedRuns(session);
  if (options.show !== undefined) return showRun(options.show, rows, run, session, options, environment);
  if (options.json) print(stdout, JSON.stringify({ formatVersion: 1, runs: rows.map(toJson) }, undefined, 2));
  else print(stdout, formatHistory(rows, stdout.style, stdout.columns()));
  return EXIT.ok;
}

function toJson({ entry, state }: RememberedRun): object {
  return { ...entry, state, made: changesMade(entry) };
}

async function showRun(
  wanted: string,
  rows: readonly RememberedRun[],
  run: Run,
  session: Session,
  { json, format, verbose }: HistoryOptions,
  { stdout, stderr }: Environment,
): Promise<number> {
  const found = rows.filter(({ entry }) => entry.runId.startsWith(wanted));
  const [row] = found;
  if (row === undefined || found.length > 1) {
    const many = `${found.length} runs begin with ${wanted}: give more of the id.`;
    print(
      stderr,
      row === undefined ? `The backend remembers no run ${wanted}: see \`fastboot history\`.` : many,
    );
    return EXIT.usage;
  }
  const plan = await planOfRun(run.context, session, row.entry);
  if (typeof plan === 'string') {
    print(stderr, plan);
    return EXIT.failed;
  }
  const form = json ? 'json' : format;
  if (form === 'text') print(stderr, formatHistory([row], stderr.style, stderr.columns()));
  const shown = { width: stdout.columns(), verbose, quiet: false, saved: true };
  print(stdout, await renderPlan(plan, form, stdout.style, shown));
  return EXIT.ok;
}

function tellFailure(run: Run, unreachable: boolean, { stderr, interrupts }: Environment): number {
  const signal = interrupts.received();
  if (signal !== undefined) return EXIT[signal];
  print(stderr, formatFailures(run.recorder.record(), stderr.style, stderr.columns()));
  return unreachable ? EXIT.unreachable : EXIT.failed;
}
