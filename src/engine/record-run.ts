import { RUNS_FOLDER, STATE_FOLDER } from '../core/host-paths.ts';
import { gzipSync } from 'node:zlib';
import type { Result } from '../core/result.ts';
import type { RunEntry } from '../plan/run-entry.ts';
import type { Plan } from '../plan/plan.ts';
import type { Lock } from './lock.ts';

/** So many runs are remembered, the newest ones. */
const KEPT = 100;

/**
 * Shell functions for the session that holds the lock: `save NAME BASE64` writes a file of a run, `drop RUN` forgets a
 * run, `prune` all but the newest. Only root can read what they write.
 */
export const recordFunctions = `save() {
  mkdir -p -m 0755 ${STATE_FOLDER} && mkdir -p -m 0700 ${RUNS_FOLDER} || return
  printf %s "$2" | base64 -d >${RUNS_FOLDER}/.new && { sync ${RUNS_FOLDER}/.new 2>/dev/null || sync; } && mv -f ${RUNS_FOLDER}/.new "${RUNS_FOLDER}/$1"
}
drop() {
  rm -f "${RUNS_FOLDER}/$1.json" "${RUNS_FOLDER}/$1.plan.gz"
  rmdir ${RUNS_FOLDER} 2>/dev/null || :
}
prune() {
  ls -1 ${RUNS_FOLDER} | sed -n 's/\\.json$//p' | sort -r | tail -n +${KEPT + 1} | while read -r old; do drop "$old"; done
}
`;

type Asked = Promise<Result<null, string>>;

/** Remembers a run with its plan, before its first change: one that is killed is known by that. */
export async function recordBegin(lock: Lock, entry: RunEntry, plan: Plan): Asked {
  const saved = await save(lock, `${entry.runId}.plan.gz`, gzipSync(JSON.stringify(plan)));
  if (!saved.ok) return saved;
  const begun = await recordEnd(lock, entry);
  return begun.ok ? lock.ask('prune') : begun;
}

/** Writes a run's entry anew, now with its end. */
export function recordEnd(lock: Lock, entry: RunEntry): Asked {
  return save(lock, `${entry.runId}.json`, Buffer.from(`${JSON.stringify(entry)}\n`));
}

/** Forgets a run that in the end changed nothing. */
export function recordNothing(lock: Lock, { runId }: RunEntry): Asked {
  return lock.ask(`drop ${runId}`);
}

function save(lock: Lock, name: string, data: Buffer): Asked {
  return lock.ask(`save ${name} ${data.toString('base64')}`);
}
