/** Connections to jump hosts, shared by the hosts behind them. */
import type { ConnectFailure } from '../../core/failure.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Endpoint } from './endpoint.ts';
import type { Link } from './connection.ts';

/** A share in the connection to a jump host. When the last share is released, the connection is closed. */
export interface JumpLease {
  readonly link: Link;
  /** A second call does nothing. */
  release(): Promise<void>;
}

export interface JumpPool {
  acquire(jump: Endpoint, signal: AbortSignal): Promise<Result<JumpLease, ConnectFailure>>;
}

interface Shared {
  readonly opening: Promise<Result<Link, ConnectFailure>>;
  readonly abort: AbortController;
  users: number;
}

/**
 * One connection to each jump host for all hosts behind it. A jump host that cannot be reached is tried once, and all hosts
 * behind it get the same failure.
 */
export function createJumpPool(
  open: (jump: Endpoint, signal: AbortSignal) => Promise<Result<Link, ConnectFailure>>,
): JumpPool {
  const pool = new Map<string, Shared>();

  const share = (jump: Endpoint): Shared => {
    const key = jumpKey(jump);
    const existing = pool.get(key);
    if (existing !== undefined) return existing;
    const abort = new AbortController();
    const shared: Shared = { opening: open(jump, abort.signal), abort, users: 0 };
    pool.set(key, shared);
    return shared;
  };
  const giveBack = async (jump: Endpoint, shared: Shared): Promise<void> => {
    shared.users -= 1;
    if (shared.users > 0) return;
    pool.delete(jumpKey(jump));
    shared.abort.abort();
    const result = await shared.opening;
    if (result.ok) await result.value.close();
  };

  return {
    async acquire(jump, signal) {
      const shared = share(jump);
      shared.users += 1;
      const result = await unlessAborted(shared.opening, signal);
      if (result?.ok === true) {
        const { value: link } = result;
        let released: Promise<void> | undefined;
        return ok({ link, release: () => (released ??= giveBack(jump, shared)) });
      }
      if (result === undefined) await giveBack(jump, shared);
      return err(result === undefined ? cancelled(jump) : throughJump(result.error));
    },
  };
}

function jumpKey(jump: Endpoint): string {
  const before = jump.jump === undefined ? '' : `${jumpKey(jump.jump)} `;
  return `${before}${jump.user}@${jump.host}:${jump.port}`;
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  let stop: () => void = () => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

const cancelled = (jump: Endpoint): ConnectFailure => ({
  kind: 'unreachable',
  address: jump.address,
  reason: 'the connection attempt was cancelled',
});

function throughJump(failure: ConnectFailure): ConnectFailure {
  return failure.kind === 'unreachable' ? { ...failure, reason: `jump host: ${failure.reason}` } : failure;
}
