/** Reads the records of earlier runs from the backend. */
import { gunzipSync } from 'node:zlib';
import { runPlan, runRecords } from '../facts/run-records.ts';
import { parseEntry, runState } from '../plan/run-record.ts';
import type { RunEntry, RunState } from '../plan/run-record.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunContext } from './context.ts';
import { openSessions, readMore } from './sessions.ts';
import type { Session, Sessions } from './sessions.ts';

/** A run that the backend remembers. */
export interface RememberedRun {
  readonly entry: RunEntry;
  readonly state: RunState;
}

/** Connects to the hosts of a run, which should be the backend only, and reads the records. */
export function openHistory(context: RunContext): Promise<Sessions> {
  return openSessions(context, () => [runRecords({})], undefined);
}

/** The remembered runs, the newest first. */
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

/** The plan of a run, or a sentence that says why there is none. */
export async function planOfRun(
  context: RunContext,
  session: Session,
  { runId }: RunEntry,
): Promise<Plan | string> {
  const query = runPlan({ runId });
  const read = await readMore(context, session, [query]);
  if (!read.ok) return `The plan of ${runId} could not be read: ${read.error.kind}.`;
  const text = session.state.read(query);
  if (text === null) return `The backend does not have the plan of ${runId} any more.`;
  try {
    return JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString('utf8')) as Plan;
  } catch {
    return `The plan of ${runId} on the backend is damaged.`;
  }
}
