/** An SSH connection that may end at any moment. */
import ssh2 from 'ssh2';
import type { Client } from 'ssh2';
import { levelOf, messageOf } from './errors.ts';

/** There is a listener for `error` from before the connect until the end: without one, a late error would end this process. */
export interface Link {
  readonly client: Client;
  /** Why the connection is down; undefined while it is up. */
  cause(): string | undefined;
  /** Calls back when the connection goes down, or at once if it is down. Returns a function that stops this. */
  onDown(listener: (cause: string) => void): () => void;
  /** Ends the connection; resolves when it is closed. */
  close(): Promise<void>;
  /** Closes the connection at once. */
  destroy(cause: string): void;
}

/** How long to wait until the server closes its side. */
const CLOSE_TIMEOUT_MS = 1000;

/** Errors of a login attempt after which ssh2 tries the next method. */
const HARMLESS_LEVELS = new Set(['agent', 'client-authentication']);

export function createLink(): Link {
  const client = new ssh2.Client();
  const listeners = new Set<(cause: string) => void>();
  let cause: string | undefined;
  let isClosed = false;

  const goDown = (reason: string): void => {
    if (cause !== undefined) return;
    cause = reason;
    for (const listener of [...listeners]) listener(reason);
    listeners.clear();
  };
  client.on('error', (error) => {
    if (HARMLESS_LEVELS.has(levelOf(error) ?? '')) return;
    goDown(messageOf(error));
    client.destroy();
  });
  client.on('close', () => {
    isClosed = true;
    goDown('the connection was closed by the other side');
  });

  return {
    client,
    cause: () => cause,
    onDown(listener) {
      if (cause !== undefined) listener(cause);
      else listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      goDown('the connection was closed');
      if (isClosed) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => {
          client.destroy();
          resolve();
        }, CLOSE_TIMEOUT_MS);
        client.once('close', () => {
          clearTimeout(timer);
          resolve();
        });
        client.end();
      });
    },
    destroy(reason) {
      goDown(reason);
      client.destroy();
    },
  };
}
