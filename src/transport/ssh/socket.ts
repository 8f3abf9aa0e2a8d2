/** Opens TCP connections, directly or through a jump host. */
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ConnectFailure } from '../../core/failure.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Endpoint } from './endpoint.ts';
import { codeOf, messageOf, networkHint } from './errors.ts';
import type { Link } from './connection.ts';

/** If a name has several addresses, the next one is tried after this long without an answer. */
const NEXT_ADDRESS_DELAY_MS = 2000;

/** Opens a TCP connection. Small packets are sent at once: with Nagle's algorithm each exec would wait for an acknowledgement. */
export function openTcp(endpoint: Endpoint, signal: AbortSignal): Promise<Result<Socket, ConnectFailure>> {
  return new Promise((resolve) => {
    const socket = connect({
      host: endpoint.host,
      port: endpoint.port,
      noDelay: true,
      autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_DELAY_MS,
    });
    const stop = (): void => fail(new Error('the connection attempt was ended'));
    const forget = (): void => {
      signal.removeEventListener('abort', stop);
      socket.removeListener('connect', succeed);
      socket.removeListener('error', fail);
    };
    const succeed = (): void => {
      forget();
      resolve(ok(socket));
    };
    const fail = (error: Error): void => {
      forget();
      socket.on('error', () => undefined);
      socket.destroy();
      const hint = networkHint(codeOf(error), endpoint.port);
      resolve(
        err({
          kind: 'unreachable',
          address: endpoint.address,
          reason: messageOf(error),
          ...(hint === undefined ? {} : { hint }),
        }),
      );
    };
    socket.once('connect', succeed);
    socket.once('error', fail);
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
  });
}

/** Opens a TCP connection from a jump host to the endpoint. */
export function openThroughJump(
  jump: Link,
  endpoint: Endpoint,
  signal: AbortSignal,
): Promise<Result<Duplex, ConnectFailure>> {
  return new Promise((resolve) => {
    const finish = (result: Result<Duplex, ConnectFailure>): void => {
      signal.removeEventListener('abort', stop);
      stopListening();
      resolve(result);
    };
    const fail = (cause: string): void =>
      finish(
        err({
          kind: 'unreachable',
          address: endpoint.address,
          reason: `the jump host ${endpoint.jump?.address ?? ''} cannot reach it: ${cause}`,
          hint: 'Try to reach it from the jump host. The sshd there must allow TCP forwarding.',
        }),
      );
    const stop = (): void => fail('the connection attempt was ended');
    const stopListening = jump.onDown(fail);
    signal.addEventListener('abort', stop);
    if (signal.aborted) {
      stop();
      return;
    }
    try {
      jump.client.forwardOut('127.0.0.1', 0, endpoint.host, endpoint.port, (error, stream) => {
        if (error !== undefined) {
          fail(messageOf(error));
        } else if (signal.aborted) {
          stream.close();
        } else {
          finish(ok(stream));
        }
      });
    } catch (error) {
      fail(messageOf(error));
    }
  });
}
