import ssh2 from 'ssh2';
import type { Client } from 'ssh2';
import { levelOf, messageOf } from './errors.ts';

/**
 * An SSH connection that may end at any moment. `error` is listened to from before the connect until the end: without
 * a listener a late error would end the whole process.
 */
export interface Link {
  readonly client: Client;
  /** Why the connection is gone, once it is. */
  cause(): string | undefined;
  /** Calls back when the connection goes down, at once if it is down already. Gives back how to stop listening. */
  onDown(listener: (cause: string) => void): () => void;
  /** Ends the connection in order; resolves when it is closed. */
  close(): Promise<void>;
  /** Ends it without a word. */
  destroy(cause: string): void;
}

/** A server that does not answer the goodbye is left alone after this time. */
const CLOSE_MILLISECONDS = 1000;

/** Errors of a login attempt that ssh2 itself goes on after. */
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
        const patience = setTimeout(() => {
          client.destroy();
          resolve();
        }, CLOSE_MILLISECONDS);
        client.once('close', () => {
          clearTimeout(patience);
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
