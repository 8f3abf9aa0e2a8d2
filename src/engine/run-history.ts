/** Reads the records of earlier runs from the backend. */
import { gunzipSync } from 'node:zlib';
import type { Failure } from '../core/failure.ts';
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { runPlan, runRecords } from '../facts/run-records.ts';
import { parseEntry, runState } from '../plan/run-record.ts';
import type { RunEntry, RunState } from '../plan/run-record.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunContext } from './context.ts';
import { openSessions, readMore } from './sessions.ts';
import type { Session, Sessions } from './sessions.ts';

/** A run that the backend has a record of. */
export interface RememberedRun {
  readonly entry: RunEntry;
  readonly state: RunState;
}

/** Connects to the hosts of a run, which should be the backend only, and reads the records. */
export function openHistory(context: RunContext): Promise<Sessions> {
  return openSessions(context, () => [runRecords({})], undefined);
}

/** The runs that the backend has records of, the newest first. */
export function rememberedRuns({ state }: Session): readonly RememberedRun[] {
  const { holder, entries } = state.read(runRecords({}));
  const running = holder === null ? undefined : runIdOf(holder);
  return entries
    .flatMap((text) => parseEntry(text) ?? [])
    .sort((a, b) => (a.runId < b.runId ? 1 : -1))
    .map((entry) => ({ entry, state: runState(entry, running) }));
}

/** The id of the run that holds the lock. */
function runIdOf(holder: string): string | undefined {
  try {
    const { run } = JSON.parse(holder) as { readonly run?: unknown };
    return typeof run === 'string' ? run : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The plan of a run. The error: the backend does not have it any more, it is damaged, or the backend could not be read.
 */
export async function planOfRun(
  context: RunContext,
  session: Session,
  { runId }: RunEntry,
): Promise<Result<Plan, 'absent' | 'damaged' | Failure>> {
  const query = runPlan({ runId });
  const read = await readMore(context, session, [query]);
  if (!read.ok) return read;
  const text = session.state.read(query);
  if (text === null) return err('absent');
  try {
    return ok(JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString('utf8')) as Plan);
  } catch {
    return err('damaged');
  }
}
