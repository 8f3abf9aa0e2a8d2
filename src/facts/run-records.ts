/** What the backend has on record about earlier runs. */
import { RUN_LOCK_FILE, RUNS_FOLDER } from '../core/host-paths.ts';
import { FactError } from './fact.ts';
import { defineFact } from './query.ts';

export interface RunRecords {
  /** The text of the run lock's file while a run holds the lock; null where none does. */
  readonly holder: string | null;
  /** One JSON text for each run, in any order. */
  readonly entries: readonly string[];
}

/** Whether the lock is held is read from the kernel's list of locks: an attempt to take it could disturb a run. */
export const runRecords = defineFact<Readonly<Record<string, never>>, RunRecords>({
  name: 'run-records',
  script: () => `fb run-records lock
inode=$(stat -c %i ${RUN_LOCK_FILE})
if [ -n "$inode" ] && grep -q "FLOCK.*:$inode " /proc/locks; then head -n 1 ${RUN_LOCK_FILE} | head -c 4096; fi
fb run-records entries
if cd ${RUNS_FOLDER}; then
  for file in *.json; do
    if [ -f "$file" ] && ! [ -L "$file" ]; then head -n 1 "$file" | head -c 4000000; echo; fi
  done
fi`,
  parse: (frames, questions) => {
    const body = (word: string) => frames.find(({ head }) => head[1] === word)?.body;
    const entries = body('entries');
    if (entries === undefined) throw new FactError('no answer about earlier runs');
    const holder = (body('lock') ?? '').trim();
    const answer = {
      holder: holder === '' ? null : holder,
      entries: entries.split('\n').filter((line) => line !== ''),
    };
    return questions.map(() => answer);
  },
});

/** The plan of an earlier run as JSON, gzipped and in base64; null where there is none. */
export const runPlan = defineFact<{ readonly runId: string }, string | null>({
  name: 'run-plan',
  script: (questions) =>
    questions
      .map(({ runId }) => {
        const file = `${RUNS_FOLDER}/${runId}.plan.gz`;
        return `fb run-plan\nif [ -f ${file} ] && ! [ -L ${file} ]; then base64 <${file}; fi`;
      })
      .join('\n'),
  parse: (frames, questions) =>
    questions.map((_, index) => {
      const text = (frames[index]?.body ?? '').replaceAll('\n', '');
      return text === '' ? null : text;
    }),
});
