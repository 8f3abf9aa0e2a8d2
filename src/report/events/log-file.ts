/** Writes events as lines of JSON to a file: `--log-file`. */
import { createWriteStream } from 'node:fs';
import { createLineWriter } from '../terminal/line-writer.ts';
import { createNdjsonView } from './ndjson.ts';
import type { NdjsonOptions } from './ndjson.ts';
import type { View } from './view.ts';

export interface LogFileOptions extends Omit<NdjsonOptions, 'writer'> {
  readonly file: string;
  /** Called once, if the file cannot be written. The run goes on. */
  readonly onError: (error: Error) => void;
}

/** The lines are appended. Only the owner can read the file. */
export function createLogFileView({ file, onError, ...options }: LogFileOptions): View {
  const stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
  const view = createNdjsonView({ ...options, writer: createLineWriter(stream, onError) });
  return {
    ...view,
    close: async () => {
      await view.close();
      await new Promise<void>((resolve) => {
        if (stream.closed) resolve();
        else {
          stream.once('close', () => resolve());
          stream.end();
        }
      });
    },
  };
}
