/** Records a run on the backend, for `fastboot history`. */
import { gzipSync } from 'node:zlib';
import type { Result } from '../core/result.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunEntry } from '../plan/run-record.ts';
import type { Lock } from './lock.ts';

/** The error says why the backend did not write the record. */
type Recorded = Promise<Result<null, string>>;

/** Records a run and its plan before its first change: so a run that is killed is known too. */
export async function recordBegin(lock: Lock, entry: RunEntry, plan: Plan): Recorded {
  const saved = await save(lock, `${entry.runId}.plan.gz`, gzipSync(JSON.stringify(plan)));
  if (!saved.ok) return saved;
  const recorded = await recordEnd(lock, entry);
  return recorded.ok ? lock.ask('prune') : recorded;
}

/** Writes the entry of a run again, with its end. */
export function recordEnd(lock: Lock, entry: RunEntry): Recorded {
  return save(lock, `${entry.runId}.json`, Buffer.from(`${JSON.stringify(entry)}\n`));
}

/** Deletes the record of a run that did not change anything. */
export function recordNothing(lock: Lock, { runId }: RunEntry): Recorded {
  return lock.ask(`drop ${runId}`);
}

function save(lock: Lock, name: string, data: Buffer): Recorded {
  return lock.ask(`save ${name} ${data.toString('base64')}`);
}
