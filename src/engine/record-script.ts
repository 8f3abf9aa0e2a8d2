/** Shell functions by which the session that holds the run lock keeps the records of runs. */
import { RUNS_FOLDER, STATE_FOLDER } from '../core/host-paths.ts';

/** The newest runs are kept, older ones are deleted. */
const MAX_RUNS_KEPT = 100;

/**
 * `save NAME BASE64` writes a file of a run. `drop RUN` deletes the record of a run. `prune` deletes all but the newest
 * records. Only root can read what they write.
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
  ls -1 ${RUNS_FOLDER} | sed -n 's/\\.json$//p' | sort -r | tail -n +${MAX_RUNS_KEPT + 1} | while read -r old; do drop "$old"; done
}
`;
