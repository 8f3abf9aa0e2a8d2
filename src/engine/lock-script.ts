/** The script that takes and holds the run lock on the backend. */
import { RUN_LOCK_FILE, RUNTIME_FOLDER } from '../core/host-paths.ts';
import { framePrelude } from '../shell/frame.ts';
import { setVariables } from '../shell/quote.ts';
import { HEARTBEAT_TIMEOUT_S } from './heartbeat.ts';
import lock from './lock.sh';
import type { LockHolder } from './lock-holder.ts';
import { recordFunctions } from './record-script.ts';

/**
 * The script waits for the lock, holds it with flock(1), and ends with its session. It reads requests from its standard
 * input, one a line: a call of one of `recordFunctions`, or anything else as a heartbeat. It ends by itself when none has
 * come for HEARTBEAT_TIMEOUT_S. So a lock never has to be removed by hand. Frames:
 * `waiting HOLDER` each second, `held HOLDER` after the time to wait, `locked`, `alive`, `answer CODE TEXT`.
 */
export function lockScript(holder: LockHolder, nonce: string, waitSeconds: number): string {
  const variables = setVariables({
    lock_folder: RUNTIME_FOLDER,
    lock_file: RUN_LOCK_FILE,
    max_wait_s: `${waitSeconds}`,
    timeout_s: `${HEARTBEAT_TIMEOUT_S}`,
    holder: JSON.stringify(holder),
  });
  return `{\n${framePrelude(nonce)}${recordFunctions}${variables}${lock}\n}\n`;
}
