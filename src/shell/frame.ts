import { decodeBytes } from '../core/bytes.ts';

/**
 * How a script's output is told apart: the shell function `fb WORD…` starts a frame with a line that holds a nonce
 * which no file on the host can know; everything up to the next such line is the frame's body. A body is carried
 * exactly (the framing adds one newline before each marker and takes it away again).
 */
export interface Frame {
  readonly head: readonly string[];
  readonly body: string;
}

/** The shell function that starts a frame, and where programs of the administrator are; goes first into every script. */
export function framePrelude(nonce: string): string {
  return `PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
fb() { printf '\\n@@%s %s\\n' ${nonce} "$*"; }\n`;
}

/** Reads frames out of a stream of chunks. */
export interface FrameParser {
  push(chunk: Buffer): void;
  /** The stream has ended: the last frame is complete. */
  end(): void;
}

/**
 * @param onFrame gets each frame when its body is complete, that is when the next one starts or the stream ends.
 * @param onHead gets each head at once, when its marker line is read.
 */
export function createFrameParser(
  nonce: string,
  onFrame: (frame: Frame) => void,
  onHead: (head: readonly string[]) => void = () => undefined,
): FrameParser {
  const marker = Buffer.from(`\n@@${nonce} `);
  let head: readonly string[] | undefined;
  let pending: Buffer = Buffer.alloc(0);
  let searchFrom = 0;

  const finish = (body: Buffer): void => {
    if (head !== undefined) onFrame({ head, body: decodeBytes(body) });
  };

  return {
    push(chunk) {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      for (;;) {
        const at = pending.indexOf(marker, searchFrom);
        const lineEnd = at < 0 ? -1 : pending.indexOf(0x0a, at + marker.length);
        if (lineEnd < 0) {
          searchFrom = at < 0 ? Math.max(0, pending.length - marker.length) : at;
          return;
        }
        finish(pending.subarray(0, at));
        head = decodeBytes(pending.subarray(at + marker.length, lineEnd)).split(' ');
        onHead(head);
        pending = pending.subarray(lineEnd + 1);
        searchFrom = 0;
      }
    },
    end() {
      finish(pending);
      head = undefined;
      pending = Buffer.alloc(0);
    },
  };
}

/** Parses a whole output at once. */
export function parseFrames(nonce: string, output: Buffer): Frame[] {
  const frames: Frame[] = [];
  const parser = createFrameParser(nonce, (frame) => frames.push(frame));
  parser.push(output);
  parser.end();
  return frames;
}
