/** `fastboot history`: lists the runs that the backend has records of, or shows the plan of one. Changes nothing. */
import { isUnreachable } from '../core/failure.ts';
import { openHistory, rememberedRuns } from '../engine/run-history.ts';
import { closeSessions } from '../engine/sessions.ts';
import type { Environment } from './run/environment.ts';
import { EXIT } from './run/exit-code.ts';
import { load } from './run/load.ts';
import type { OutputOptions, ReachOptions, RunOptions } from './run/options.ts';
import { printReadFailures, showRun, showRuns } from './run/show-history.ts';
import { openRun, withRun } from './run/run.ts';

/** The options of `history`. */
export interface HistoryOptions extends ReachOptions, Pick<OutputOptions, 'json' | 'format' | 'verbose'> {
  /** The id of a run, or its beginning. */
  readonly show: string | undefined;
}

/** Gives the exit code. */
export async function history(
  file: string,
  options: HistoryOptions,
  environment: Environment,
): Promise<number> {
  // only the list is printed, so the events of the run are not
  const silent: RunOptions = {
    ...options,
    json: false,
    quiet: true,
    logFile: undefined,
    limit: undefined,
    forks: 1,
  };
  const loaded = await load(file, silent, environment);
  if (loaded === undefined) return EXIT.usage;
  const run = await openRun('history', { ...loaded, selected: [] }, silent, environment);
  return withRun(run, async () => {
    const sessions = await openHistory(run.context);
    const [session] = [...sessions.open.values()];
    const show = async (): Promise<number> => {
      if (session === undefined) {
        printReadFailures(run, environment);
        const isAway = [...sessions.failures.values()].every(isUnreachable);
        return isAway ? EXIT.unreachable : EXIT.failed;
      }
      const runs = rememberedRuns(session);
      if (options.show === undefined) return showRuns(runs, options, environment);
      return showRun(options.show, runs, { run, session }, options, environment);
    };
    const signal = session === undefined ? environment.interrupts.received() : undefined;
    const exitCode = signal === undefined ? await show() : EXIT[signal];
    await closeSessions(sessions);
    await run.finish([], exitCode);
    return exitCode;
  });
}
