/** Keeps records of runs on the backend, for `fastboot history`. */
import type { HostResult } from '../../engine/apply.ts';
import type { LockHolder } from '../../engine/lock-holder.ts';
import { recordBegin, recordEnd, recordNothing } from '../../engine/record-run.ts';
import { hasWork } from '../../engine/rollout.ts';
import type { Sessions } from '../../engine/sessions.ts';
import type { RunEntry } from '../../plan/run-record.ts';
import { executableUnits } from '../../plan/plan.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Run } from './run.ts';

/**
 * Applies a plan and keeps a record of the run on the backend. A run that changes nothing leaves no record. Where the record
 * cannot be written, a notice says so, and the run goes on.
 */
export async function recordRun(
  run: Run,
  { lock }: Sessions,
  holder: LockHolder,
  exitCodeOf: (results: readonly HostResult[]) => number,
  carryOut: () => Promise<readonly HostResult[]>,
): Promise<readonly HostResult[]> {
  const { plan, context } = run;
  const entry = plan && firstEntry(run, plan, holder);
  if (lock === undefined || plan === undefined || entry === undefined) return carryOut();
  const warn = (result: Awaited<ReturnType<typeof recordEnd>>): void => {
    if (result.ok) return;
    const text = `The record of this run could not be written, so \`fastboot history\` does not show it completely: ${result.error}. The run is not affected. Correct this before the next run.`;
    context.emit({ type: 'notice', host: context.inventory.backend.name, text });
  };
  warn(await recordBegin(lock, entry, plan));
  const results = await carryOut();
  const nothing = results.every(({ outcome, changed }) => changed === 0 && outcome !== 'failed');
  const end = { at: isoTime(context.wallNow()), exitCode: exitCodeOf(results), hosts: byHost(results) };
  warn(await (nothing ? recordNothing(lock, entry) : recordEnd(lock, { ...entry, end })));
  return results;
}

/** The record of a run that is about to begin; undefined where there is nothing to do. */
function firstEntry({ context }: Run, plan: Plan, holder: LockHolder): RunEntry | undefined {
  const parts = plan.stages.flatMap(({ hosts }) => hosts).filter(hasWork);
  if (parts.length === 0) return undefined;
  const changes = parts.flatMap((part) => executableUnits(part).flatMap((unit) => unit.changes));
  return {
    formatVersion: 1,
    runId: context.signature.runId,
    fastboot: context.version,
    who: holder.who,
    from: holder.from,
    command: holder.command,
    began: holder.since,
    inventory: plan.inventory.file,
    limit: plan.limit,
    planned: { changes: changes.length, hosts: new Set(parts.map(({ host }) => host)).size },
    end: null,
  };
}

function byHost(
  results: readonly HostResult[],
): Readonly<Record<string, Pick<HostResult, 'outcome' | 'changed'>>> {
  return Object.fromEntries(results.map(({ host, outcome, changed }) => [host, { outcome, changed }]));
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
