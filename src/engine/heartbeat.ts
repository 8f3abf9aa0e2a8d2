/** The heartbeat between a run and the session that holds the run lock on the backend. */
import type { RunningScript } from '../transport/transport.ts';

/** How often the run sends a heartbeat. */
const HEARTBEAT_INTERVAL_S = 10;

/** The session ends, and with it the lock, when no heartbeat has come for this long. */
export const HEARTBEAT_TIMEOUT_S = 45;

/**
 * For how long after an answered heartbeat the run relies on the lock. It must be shorter than HEARTBEAT_TIMEOUT_S: the
 * answer takes its time, and another run may start as soon as the session has ended.
 */
const HEARTBEAT_TRUST_S = 30;

export interface Heartbeat {
  /** Whether the last answered heartbeat is recent enough that the lock must still be held. */
  isFresh(): boolean;
  hasEnded(): boolean;
  /** The session has answered the last heartbeat. */
  answered(): void;
  end(): void;
}

/**
 * Starts to send heartbeats. The next one is sent only after the last was answered, so each answer belongs to a known
 * heartbeat. What counts is when it was sent: an answer may be read long after it came.
 *
 * @param now unix seconds
 */
export function startHeartbeat(script: RunningScript, now: () => number): Heartbeat {
  let confirmedAt = now();
  let sentAt: number | undefined;
  let ended = false;
  const send = (): void => {
    if (sentAt !== undefined) return;
    sentAt = now();
    script.write('alive\n');
  };
  const timer = setInterval(send, HEARTBEAT_INTERVAL_S * 1000);
  return {
    hasEnded: () => ended,
    isFresh: () => !ended && now() - confirmedAt < HEARTBEAT_TRUST_S,
    answered: () => {
      confirmedAt = sentAt ?? confirmedAt;
      sentAt = undefined;
    },
    end: () => {
      ended = true;
      clearInterval(timer);
    },
  };
}
