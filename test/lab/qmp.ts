import { EventEmitter } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

interface Reply {
  readonly id?: number;
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
  readonly event?: string;
}

/** QEMU's monitor (QMP) over its standard streams. Emits QEMU's events under their own names, such as `RESET`. */
export class Qmp extends EventEmitter {
  readonly #input: Writable;
  readonly #waiting = new Map<number, { done: (value: unknown) => void; failed: (reason: Error) => void }>();
  #lastId = 0;

  constructor(input: Writable, output: Readable) {
    super();
    this.#input = input;
    input.on('error', () => undefined);
    const lines = createInterface({ input: output });
    lines.on('line', (line) => this.#take(JSON.parse(line) as Reply));
    lines.on('close', () => {
      for (const { failed } of this.#waiting.values()) failed(new Error('QEMU has ended'));
      this.#waiting.clear();
    });
  }

  execute(command: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((done, failed) => {
      this.#waiting.set(id, { done, failed });
      this.#input.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    });
  }

  /** A command of the human monitor; it has no other sign of failure than a text. */
  async monitor(line: string): Promise<void> {
    const answer = await this.execute('human-monitor-command', { 'command-line': line });
    if (answer !== '') throw new Error(`${line}: ${String(answer)}`);
  }

  #take(reply: Reply): void {
    if (reply.event !== undefined) this.emit(reply.event);
    if (reply.id === undefined) return;
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.error) waiting?.failed(new Error(reply.error.desc));
    else waiting?.done(reply.return);
  }
}
