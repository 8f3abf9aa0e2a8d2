/** Opens connections to servers, through their jump hosts. */
import type { Duplex } from 'node:stream';
import type { ConnectFailure } from '../../core/failure.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { planAuth } from './auth.ts';
import type { Endpoint } from './endpoint.ts';
import { type AttemptFailure, shakeHands } from './handshake.ts';
import { createHostKeys } from './host-keys.ts';
import { createIdentities } from './identities.ts';
import { createJumpPool, type JumpLease } from './jumps.ts';
import { createKeyedLimit } from './limit.ts';
import type { Link } from './connection.ts';
import type { SshOptions, SshTuning } from './options.ts';
import { openTcp, openThroughJump } from './socket.ts';

/** Connects and logs in. */
export type OpenLink = (endpoint: Endpoint, signal: AbortSignal) => Promise<Result<Link, ConnectFailure>>;

/** What all connections of a run share: host keys, private keys, jump connections, and the limit of simultaneous logins. */
export function createOpener(options: SshOptions, tuning: SshTuning): OpenLink {
  const hostKeys = createHostKeys();
  const identities = createIdentities(options.agentSocket);
  const limit = createKeyedLimit(options.maxConnecting);
  const jumps = createJumpPool((jump, signal) => openLink(jump, signal));

  const attempt = async (
    endpoint: Endpoint,
    lease: JumpLease | undefined,
    signal: AbortSignal,
  ): Promise<Result<Link, AttemptFailure>> => {
    const { defaultIdentityFiles, credentials } = options;
    const keyTypes = await hostKeys.preferredTypes(endpoint.identity);
    if (!keyTypes.ok) return err(unreachable(endpoint, keyTypes.error));
    const plan = await planAuth(endpoint, identities, defaultIdentityFiles, credentials);
    // from here to the handshake nothing may wait: an error on an open socket without listeners would end this process
    const opened: Result<Duplex, ConnectFailure> =
      lease === undefined
        ? await openTcp(endpoint, signal)
        : await openThroughJump(lease.link, endpoint, signal);
    if (!opened.ok) return err({ failure: opened.error, mayRetry: false });
    const terms = { plan, hostKeys, keyTypes: keyTypes.value, tuning };
    return shakeHands(endpoint, opened.value, terms, signal);
  };

  const openLink: OpenLink = async (endpoint, signal) => {
    const jump = endpoint.jump === undefined ? undefined : await jumps.acquire(endpoint.jump, signal);
    if (jump?.ok === false) return jump;
    const lease = jump?.value;
    const result = await withRetries(tuning, signal, () =>
      limit(endpoint.jump?.address ?? endpoint.host, () =>
        withinTime(endpoint, signal, (both) => attempt(endpoint, lease, both)),
      ),
    );
    if (result.ok && lease !== undefined) return ok(holdingLease(result.value, lease));
    await lease?.release();
    return result;
  };
  return openLink;
}

/** Tries again, after a random delay, where the server closed the connection before its greeting. */
async function withRetries(
  tuning: SshTuning,
  signal: AbortSignal,
  attempt: () => Promise<Result<Link, AttemptFailure>>,
): Promise<Result<Link, ConnectFailure>> {
  for (let tries = 0; ; tries += 1) {
    const result = await attempt();
    if (result.ok) return result;
    if (!result.error.mayRetry || tries >= tuning.retries || signal.aborted) return err(result.error.failure);
    await tuning.sleep((0.5 + tuning.random()) * 500 * 2 ** tries, signal).catch(() => undefined);
  }
}

/** Releases the jump connection when the link through it is down. */
function holdingLease(link: Link, lease: JumpLease): Link {
  link.onDown(() => void lease.release());
  return {
    ...link,
    async close() {
      await link.close();
      await lease.release();
    },
  };
}

/** Ends an attempt when its time is over or the caller cancels it. The failure says which of them it was. */
async function withinTime(
  endpoint: Endpoint,
  signal: AbortSignal,
  attempt: (signal: AbortSignal) => Promise<Result<Link, AttemptFailure>>,
): Promise<Result<Link, AttemptFailure>> {
  const seconds = endpoint.connectTimeoutSeconds;
  const control = new AbortController();
  const stop = (): void => control.abort();
  const timer = setTimeout(stop, seconds * 1000);
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    const result = await attempt(control.signal);
    if (result.ok || !control.signal.aborted) return result;
    if (signal.aborted) return err(unreachable(endpoint, 'the connection attempt was cancelled'));
    const hint =
      'Check that the host is up and that no firewall drops the packets. --connect-timeout gives it more time.';
    return err(unreachable(endpoint, `no connection within ${seconds} s`, hint));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

function unreachable(endpoint: Endpoint, reason: string, hint?: string): AttemptFailure {
  const failure = { kind: 'unreachable', address: endpoint.address, reason } as const;
  return { failure: hint === undefined ? failure : { ...failure, hint }, mayRetry: false };
}
