import type { Writable } from 'node:stream';

/** Writes lines to a stream that may be slow, full or gone. */
export interface LineWriter {
  /** Takes a line without its newline; returns at once. */
  write(line: string): void;
  /** Resolves when all lines are with the operating system, or can never get there. */
  flush(): Promise<void>;
}

/**
 * A writer that never makes its caller wait: a slow reader is waited for in `flush` alone. A reader that has left
 * (EPIPE) ends the writing quietly; any other error is told once.
 */
export function createLineWriter(
  stream: Writable,
  onError: (error: Error) => void = () => undefined,
): LineWriter {
  let broken = false;
  let pending = Promise.resolve();
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (!broken && error.code !== 'EPIPE') onError(error);
    broken = true;
  });
  const send = (text: string) =>
    new Promise<void>((resolve) => {
      stream.write(text, () => resolve());
    });
  return {
    write: (line) => {
      if (broken || stream.destroyed) return;
      const sent = send(`${line}\n`);
      pending = pending.then(() => sent);
    },
    flush: () => pending,
  };
}
