/** Key exchange, check of the host key, and login. */
import type { Duplex } from 'node:stream';
import type { ConnectFailure } from '../../core/failure.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { offeredAlgorithms } from './algorithms.ts';
import { type AuthPlan, type AuthProgress, followAuth } from './auth.ts';
import type { Endpoint } from './endpoint.ts';
import { messageOf } from './errors.ts';
import type { HostKeys } from './host-keys.ts';
import { createLink, type Link } from './connection.ts';
import type { SshTuning } from './options.ts';

/** Why a connection failed, and whether it may work when it is tried again. */
export interface AttemptFailure {
  readonly failure: ConnectFailure;
  /** The server closed the connection before its greeting. With MaxStartups it does so at random when many connect at once. */
  readonly mayRetry: boolean;
}

export interface HandshakeTerms {
  readonly plan: AuthPlan;
  readonly hostKeys: HostKeys;
  /** The types of the recorded host keys. */
  readonly keyTypes: readonly string[];
  readonly tuning: SshTuning;
}

/**
 * Runs key exchange, check of the host key, and login over an open socket.
 *
 * @param signal ends the attempt; the caller replaces the failure by one that says why
 */
export function shakeHands(
  endpoint: Endpoint,
  socket: Duplex,
  { plan, hostKeys, keyTypes, tuning }: HandshakeTerms,
  signal: AbortSignal,
): Promise<Result<Link, AttemptFailure>> {
  const link = createLink();
  const auth = followAuth(plan);
  let keyFailure: ConnectFailure | undefined;
  let stage: Stage = 'greeting';

  return new Promise((resolve) => {
    const stop = (): void => link.destroy('the connection attempt was ended');
    const finish = (result: Result<Link, AttemptFailure>): void => {
      signal.removeEventListener('abort', stop);
      stopListening();
      if (!result.ok) link.destroy('the connection failed');
      resolve(result);
    };
    const stopListening = link.onDown((cause) => {
      finish(err(keyFailure === undefined ? explainDrop(endpoint, stage, cause, auth) : final(keyFailure)));
    });
    signal.addEventListener('abort', stop);

    link.client.once('handshake', () => (stage = 'login'));
    link.client.once('ready', () => finish(ok(link)));
    link.client.on('error', () => {
      if (auth.isExhausted()) finish(err(final(explainAuth(endpoint, auth))));
    });
    link.client.on('change password', () => {
      finish(err(final(explainAuth(endpoint, auth, 'The password has expired and must be changed.'))));
    });
    try {
      link.client.connect({
        sock: socket,
        username: endpoint.user,
        algorithms: offeredAlgorithms(keyTypes),
        readyTimeout: 0,
        keepaliveInterval: tuning.keepaliveSeconds * 1000,
        keepaliveCountMax: tuning.keepaliveCount,
        authHandler: auth.handler,
        hostVerifier: (key: Buffer, verify: (valid: boolean) => void) => {
          stage = 'key exchange';
          void hostKeys.check(endpoint.identity, key).then((failure) => {
            keyFailure = failure;
            verify(failure === undefined);
          });
        },
      });
    } catch (error) {
      link.destroy(messageOf(error));
    }
    if (signal.aborted) stop();
  });
}

type Stage = 'greeting' | 'key exchange' | 'login';

const final = (failure: ConnectFailure): AttemptFailure => ({ failure, mayRetry: false });

function explainDrop(endpoint: Endpoint, stage: Stage, cause: string, auth: AuthProgress): AttemptFailure {
  if (stage === 'login') {
    return final(explainAuth(endpoint, auth, `The server ended the login: ${cause}.`));
  }
  const negotiated = cause.includes('no matching');
  const reason = negotiated ? cause : `the SSH handshake failed: ${cause}`;
  const hint = negotiated
    ? 'fastboot does not offer SHA-1, nor algorithms that OpenSSH has retired. Update sshd, or allow more algorithms there.'
    : 'Check that it is an SSH server, and that it accepts connections from this machine (MaxStartups, hosts.deny, fail2ban).';
  return {
    failure: { kind: 'unreachable', address: endpoint.address, reason, hint },
    mayRetry: stage === 'greeting' && !negotiated,
  };
}

function explainAuth(endpoint: Endpoint, auth: AuthProgress, reason?: string): ConnectFailure {
  const accepted = auth.accepted();
  const hints = [
    ...(reason === undefined ? [] : [reason]),
    ...(accepted.length === 0 ? [] : [`The server accepts: ${accepted.join(', ')}.`]),
    ...(auth.tried().length === 0
      ? ['There is no key, agent or password to try: give --private-key, start ssh-agent, or use --ask-pass.']
      : []),
  ];
  return {
    kind: 'auth',
    address: endpoint.address,
    user: endpoint.user,
    tried: auth.tried(),
    ...(hints.length === 0 ? {} : { hint: hints.join(' ') }),
  };
}
