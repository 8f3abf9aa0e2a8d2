/** Frames: how the parts of a script's output are separated. */
import { decodeBytes } from '../core/bytes.ts';

/**
 * One part of the output. The shell function `fb WORD…` starts a frame with a line that has a nonce. No file on the host can
 * know the nonce. All up to the next such line is the frame's body. The body is exact: `fb` adds a newline before its line,
 * and the parser removes it again.
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
  const pending = createPending();
  let head: readonly string[] | undefined;
  let searchFrom = 0;

  const finish = (body: Buffer): void => {
    if (head !== undefined) onFrame({ head, body: decodeBytes(body) });
  };

  return {
    push(chunk) {
      pending.append(chunk);
      for (;;) {
        const bytes = pending.bytes();
        const at = bytes.indexOf(marker, searchFrom);
        const lineEnd = at < 0 ? -1 : bytes.indexOf(0x0a, at + marker.length);
        if (lineEnd < 0) {
          searchFrom = at < 0 ? Math.max(0, bytes.length - marker.length) : at;
          return;
        }
        finish(bytes.subarray(0, at));
        head = decodeBytes(bytes.subarray(at + marker.length, lineEnd)).split(' ');
        onHead(head);
        pending.drop(lineEnd + 1);
        searchFrom = 0;
      }
    },
    end() {
      finish(pending.bytes());
      head = undefined;
      pending.drop(pending.bytes().length);
    },
  };
}

/** Bytes that have arrived and do not belong to a complete frame yet. */
interface Pending {
  append(chunk: Buffer): void;
  /** All bytes; valid until the next call of `append`. */
  bytes(): Buffer;
  /** Removes bytes at the start. */
  drop(count: number): void;
}

/** The storage doubles when it is full, so that the work stays proportional to the bytes, however small the chunks are. */
function createPending(): Pending {
  let storage = Buffer.alloc(0);
  let start = 0;
  let end = 0;
  return {
    append(chunk) {
      if (end + chunk.length > storage.length) {
        const larger = Buffer.allocUnsafe(2 * (end - start) + chunk.length);
        storage.copy(larger, 0, start, end);
        [storage, start, end] = [larger, 0, end - start];
      }
      chunk.copy(storage, end);
      end += chunk.length;
    },
    bytes: () => storage.subarray(start, end),
    drop(count) {
      start += count;
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
