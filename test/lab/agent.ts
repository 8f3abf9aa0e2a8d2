import type { Duplex } from 'node:stream';

export interface ExecResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ExecOptions {
  readonly stdin?: string | Buffer;
  /** milliseconds, default 120 000; then the script and its children are killed and the call throws */
  readonly timeout?: number;
}

interface Job {
  readonly chunks: { readonly out: Buffer[]; readonly err: Buffer[] };
  readonly done: (result: ExecResult) => void;
  readonly failed: (reason: Error) => void;
}

/** The near end of a guest's control channel: see image/agent.pl for the protocol. */
export class Agent {
  readonly #stream: Duplex;
  readonly #jobs = new Map<number, Job>();
  #buffer = Buffer.alloc(0);
  #lastId = 0;

  constructor(stream: Duplex) {
    this.#stream = stream;
    stream.on('data', (chunk: Buffer) => {
      this.#buffer = Buffer.concat([this.#buffer, chunk]);
      while (this.#takeFrame());
    });
    stream.on('error', () => undefined);
    stream.on('close', () => this.reset('the host was switched off'));
  }

  /** Runs a shell script as root and waits for it. Throws when the host goes away or the time is up, not for an exit code. */
  async exec(script: string, options: ExecOptions = {}): Promise<ExecResult> {
    const id = ++this.#lastId;
    const input = Buffer.from(options.stdin ?? '');
    const limit = options.timeout ?? 120_000;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<ExecResult>((done, failed) => {
        this.#jobs.set(id, { chunks: { out: [], err: [] }, done, failed });
        timer = setTimeout(() => {
          this.#stream.write(`kill ${id}\n`);
          failed(new Error(`not done after ${limit / 1000} s: ${script.slice(0, 200)}`));
        }, limit);
        this.#stream.write(`run ${id} ${Buffer.byteLength(script)} ${input.length}\n`);
        this.#stream.write(Buffer.concat([Buffer.from(script), input]));
      });
    } finally {
      clearTimeout(timer);
      this.#jobs.delete(id);
    }
  }

  /** Waits until the guest answers. What is written before the guest's end is open waits in the channel, so a few tries are enough. */
  async ready(timeout: number): Promise<void> {
    const deadline = Date.now() + timeout;
    for (;;) {
      const answer = await this.exec(':', { timeout: 2000 }).catch(() => undefined);
      if (answer) return;
      if (this.#stream.destroyed) throw new Error('the virtual machine ended before its host was up');
      if (Date.now() > deadline) throw new Error(`the host did not come up within ${timeout / 1000} s`);
    }
  }

  /** Forgets what was under way: the far end has been restarted. */
  reset(why: string): void {
    this.#buffer = Buffer.alloc(0);
    for (const job of this.#jobs.values()) job.failed(new Error(why));
    this.#jobs.clear();
  }

  #takeFrame(): boolean {
    const end = this.#buffer.indexOf('\n');
    if (end < 0) return false;
    const [kind, id, number] = this.#buffer.subarray(0, end).toString().split(' ');
    const job = this.#jobs.get(Number(id));
    const size = kind === 'exit' ? 0 : Number(number);
    if (this.#buffer.length < end + 1 + size) return false;
    const bytes = this.#buffer.subarray(end + 1, end + 1 + size);
    this.#buffer = this.#buffer.subarray(end + 1 + size);
    if (kind === 'out' || kind === 'err') job?.chunks[kind].push(bytes);
    if (kind === 'exit' && job) {
      const text = (chunks: Buffer[]): string => Buffer.concat(chunks).toString();
      job.done({ code: Number(number), stdout: text(job.chunks.out), stderr: text(job.chunks.err) });
    }
    return true;
  }
}
