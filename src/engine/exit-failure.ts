/** Turns the end of a script into a failure. */
import type { Failure } from '../core/failure.ts';
import { unreachable } from '../core/unreachable.ts';
import { decodeBytes } from '../core/bytes.ts';
import type { Exit } from '../transport/transport.ts';

/** The failure that the end of a script means; undefined where the script succeeded. */
export function exitFailure(exit: Exit, during: string, output: string): Failure | undefined {
  switch (exit.kind) {
    case 'exited':
      return exit.code === 0 ? undefined : { kind: 'command', during, code: exit.code, signal: null, output };
    case 'signalled':
      return { kind: 'command', during, code: null, signal: exit.signal, output };
    case 'timed-out':
      return { kind: 'timed-out', during, seconds: exit.seconds };
    case 'lost':
      return { kind: 'lost', during, cause: exit.cause };
    case 'become-failed':
      return { kind: 'become', user: 'root', reason: exit.reason, hint: exit.hint };
    default:
      return unreachable(exit);
  }
}

/** A failure shows the end of an output only. */
const MAX_BYTES_KEPT = 16 * 1024;
const MAX_LINES_SHOWN = 20;

/** Collects the end of an output. */
export function tail(): { push(chunk: Buffer): void; text(): string } {
  let kept = Buffer.alloc(0);
  return {
    push: (chunk) => {
      kept = Buffer.concat([kept, chunk]).subarray(-MAX_BYTES_KEPT);
    },
    text: () => lastLines(decodeBytes(kept)),
  };
}

/** The last lines of a text. */
export function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-MAX_LINES_SHOWN).join('\n');
}
