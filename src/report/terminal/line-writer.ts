/** Writes lines to a stream that may be slow, full or closed. */
import type { Writable } from 'node:stream';

export interface LineWriter {
  /** Takes a line without its newline and returns at once. */
  write(line: string): void;
  /** Resolves when the operating system has all lines, or can never get them. */
  flush(): Promise<void>;
}

/**
 * A writer that never makes its caller wait: only `flush` waits for a slow reader. A reader that has closed the stream
 * (EPIPE) ends the writing silently.
 *
 * @param onError called once, for any other error
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
