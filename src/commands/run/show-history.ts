/** Prints the runs that the backend has records of. */
import { planOfRun } from '../../engine/run-history.ts';
import type { RememberedRun } from '../../engine/run-history.ts';
import type { Failure } from '../../core/failure.ts';
import { describeFailure } from '../../report/failure/describe.ts';
import type { Session } from '../../engine/sessions.ts';
import { changesMade } from '../../plan/run-record.ts';
import { formatHistory } from '../../report/recap/history-text.ts';
import { formatFailures } from '../../report/recap/failure-sections.ts';
import { renderPlan } from '../../report/render-plan.ts';
import { print } from './environment.ts';
import type { Environment } from './environment.ts';
import { EXIT } from './exit-code.ts';
import type { OutputOptions } from './options.ts';
import type { Run } from './run.ts';

/** Prints the list; gives the exit code. */
export function showRuns(
  runs: readonly RememberedRun[],
  { json }: Pick<OutputOptions, 'json'>,
  { stdout }: Environment,
): number {
  const toJson = ({ entry, state }: RememberedRun): object => ({ ...entry, state, made: changesMade(entry) });
  if (json) print(stdout, JSON.stringify({ formatVersion: 1, runs: runs.map(toJson) }, undefined, 2));
  else print(stdout, formatHistory(runs, stdout.style, stdout.columns()));
  return EXIT.ok;
}

/**
 * Prints the plan of one run; gives the exit code.
 *
 * @param id the id of the run, or its beginning
 */
export async function showRun(
  id: string,
  runs: readonly RememberedRun[],
  { run, session }: { readonly run: Run; readonly session: Session },
  { json, format, verbose }: Pick<OutputOptions, 'json' | 'format' | 'verbose'>,
  { stdout, stderr }: Environment,
): Promise<number> {
  const found = runs.filter(({ entry }) => entry.runId.startsWith(id));
  const [row] = found;
  if (row === undefined) {
    print(stderr, `The backend has no record of a run ${id}. List the runs with: fastboot history`);
    return EXIT.usage;
  }
  if (found.length > 1) {
    print(stderr, `${found.length} runs begin with ${id}. Type more characters of the id.`);
    return EXIT.usage;
  }
  const read = await planOfRun(run.context, session, row.entry);
  if (!read.ok) {
    print(stderr, missingPlanText(row.entry.runId, run.context.inventory.backend.name, read.error));
    return EXIT.failed;
  }
  const plan = read.value;
  const form = json ? 'json' : format;
  if (form === 'text') print(stderr, formatHistory([row], stderr.style, stderr.columns()));
  const shown = { width: stdout.columns(), verbose, quiet: false, saved: true };
  print(stdout, await renderPlan(plan, form, stdout.style, shown));
  return EXIT.ok;
}

/** Why the plan of a run cannot be shown, and what to do. */
function missingPlanText(runId: string, backend: string, why: 'absent' | 'damaged' | Failure): string {
  if (why === 'absent')
    return `The backend does not have the plan of ${runId} any more. It keeps the plans of the newest 100 runs.`;
  if (why === 'damaged')
    return `The plan of ${runId} on the backend is damaged and cannot be shown. The list of runs still has its line.`;
  const { what, whatToDo } = describeFailure(backend, why);
  return [`The plan of ${runId} could not be read: ${what}.`, ...whatToDo.map(({ text }) => text)].join('\n');
}

/** Prints why the backend could not be read. */
export function printReadFailures(run: Run, { stderr }: Environment): void {
  print(stderr, formatFailures(run.recorder.record(), stderr.style, stderr.columns()));
}
