/** The script that takes and holds the run lock on the backend. */
import { RUN_LOCK_FILE, RUNTIME_FOLDER } from '../core/host-paths.ts';
import { framePrelude } from '../shell/frame.ts';
import { quote } from '../shell/quote.ts';
import { HEARTBEAT_TIMEOUT_S } from './heartbeat.ts';
import type { LockHolder } from './lock-holder.ts';
import { recordFunctions } from './record-script.ts';

/**
 * The script waits for the lock, holds it with flock(1), and ends with its session. It reads requests from its standard
 * input, one a line: a call of one of `recordFunctions`, or anything else as a heartbeat. It ends by itself when none has
 * come for HEARTBEAT_TIMEOUT_S. So a lock never has to be removed by hand. Frames:
 * `waiting HOLDER` each second, `held HOLDER` after the time to wait, `locked`, `alive`, `answer CODE TEXT`.
 */
export function lockScript(holder: LockHolder, nonce: string, waitSeconds: number): string {
  return `{
${framePrelude(nonce)}${recordFunctions}mkdir -p -m 0755 ${RUNTIME_FOLDER} || exit 1
umask 077
exec 9>>${RUN_LOCK_FILE} || exit 1
left=${waitSeconds}
until flock -n 9; do
  holder=$(head -n 1 ${RUN_LOCK_FILE} | head -c 2000)
  if [ $left -le 0 ]; then fb held "$holder"; exit 0; fi
  fb waiting "$holder"
  sleep 1
  left=$((left - 1))
done
printf '%s\\n' ${quote(JSON.stringify(holder))} >${RUN_LOCK_FILE}
fb locked
while line=$(timeout ${HEARTBEAT_TIMEOUT_S} sh -c 'IFS= read -r line && printf "%s\\n" "$line"' 9>&-) && [ -n "$line" ]; do
  case $line in
    save\\ * | drop\\ * | prune)
      set -f
      said=$($line 2>&1)
      code=$?
      set +f
      fb answer $code "$(printf %s "$said" | tr '\\n' ' ')"
      ;;
    *) fb alive ;;
  esac
done
: >${RUN_LOCK_FILE}
exit 0
}
`;
}
