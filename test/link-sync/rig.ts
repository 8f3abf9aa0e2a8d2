import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';

export const script = resolve(import.meta.dirname, '../../playbooks/files/link-sync');

/** Another Python than the script's own, to try it with: LINK_SYNC_PYTHON=/path/to/python3.6 */
const interpreter = process.env['LINK_SYNC_PYTHON'];

/** The words that start the script. */
export const command = (...args: string[]): [string, string[]] =>
  interpreter === undefined ? [script, args] : [interpreter, [script, ...args]];

export const uuid = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
export const sha1 = (name: string): string => createHash('sha1').update(name).digest('hex');

export interface Image {
  id: string | null;
  base: string | null;
  state: string;
  reason: string;
  size: number | null;
  format: string | null;
  since: string;
}

export interface Status {
  version: number;
  healthy: boolean;
  lastPass: { at: string | null; seconds: number | null };
  counts: Record<
    'images' | 'linked' | 'waiting' | 'conflicts' | 'refused' | 'orphans' | 'foreign' | 'adopted',
    number
  >;
  images: Image[];
  problems: string[];
  notices: string[];
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A pool in a temporary folder, and the real script to run on it. */
export class Rig {
  readonly root = mkdtempSync(join(tmpdir(), 'link-sync-'));
  readonly images = join(this.root, 'images');
  readonly cache = join(this.root, 'imagecache');
  readonly state = join(this.root, 'lib', 'state.json');
  readonly log = join(this.root, 'log', 'link-sync.log');
  readonly config = join(this.root, 'link-sync.json');
  private readonly started: ChildProcess[] = [];

  /** Cleaned up after the test, or whenever `cleanUp` says. */
  constructor(
    settings: Record<string, unknown> = {},
    cleanUp: (action: () => void) => void = onTestFinished,
  ) {
    mkdirSync(this.images);
    mkdirSync(this.cache);
    this.configure(settings);
    cleanUp(() => {
      this.started.forEach((child) => child.kill('SIGKILL'));
      rmSync(this.root, { recursive: true, force: true });
    });
  }

  /** Writes the configuration: the rig's defaults with `settings` over them. */
  configure(settings: Record<string, unknown>): void {
    const config = {
      images: this.images,
      cache: this.cache,
      owner: '64055:36',
      mode: '0644',
      cacheOwner: '0:64060',
      cacheMode: '1775',
      interval: 10,
      settle: 0,
      openrc: null,
      glanceAway: 'wait',
      hold: [],
      adopted: [],
      state: this.state,
      log: this.log,
      ...settings,
    };
    writeFileSync(this.config, JSON.stringify(config));
  }

  /** Puts a file into the images folder, as Glance leaves it: mode 0640. */
  put(name: string, content: Buffer | string): string {
    const path = join(this.images, name);
    writeFileSync(path, content, { mode: 0o640 });
    return path;
  }

  linkOf(name: string): string {
    return join(this.cache, sha1(name));
  }

  run(...args: string[]): Ended {
    const ended = spawnSync(...command(...args, '--config', this.config), {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    return { code: ended.status, stdout: ended.stdout, stderr: ended.stderr };
  }

  /** The same without blocking: for tests that answer the script's requests themselves. */
  async runBeside(...args: string[]): Promise<Ended> {
    const child = spawn(...command(...args, '--config', this.config), { stdio: ['ignore', 'pipe', 'pipe'] });
    this.started.push(child);
    const ended = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (ended.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (ended.stderr += text));
    const code = await new Promise<number | null>((done) => child.once('close', (status) => done(status)));
    return { code, ...ended };
  }

  once(): Ended {
    return this.run('--once');
  }

  status(): Status {
    return JSON.parse(this.run('--status', '--json').stdout) as Status;
  }

  /** The status entry of one image, after a full pass. */
  verdict(name: string): Image {
    this.once();
    return this.entry(name);
  }

  entry(name: string): Image {
    const found = this.status().images.find((image) => image.id === name || image.base === name);
    if (!found) throw new Error(`no entry for ${name}`);
    return found;
  }

  /** Starts --watch; it ends with the test at the latest. */
  watch(env: Record<string, string> = {}, args: string[] = []): ChildProcess {
    // it ends with this process too, however that ends
    const words = command('--watch', ...args, '--config', this.config).flat();
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...words], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.started.push(child);
    return child;
  }

  logLines(): string[] {
    return existsSync(this.log) ? readFileSync(this.log, 'utf8').trimEnd().split('\n') : [];
  }
}

export const inode = (path: string): number => statSync(path).ino;

/** Waits until a condition holds; the time it took in milliseconds. Throws after the limit. */
export async function until(what: string, condition: () => boolean, limit = 30_000): Promise<number> {
  const start = performance.now();
  while (!condition()) {
    if (performance.now() - start > limit) throw new Error(`not within ${limit} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 5));
  }
  return performance.now() - start;
}

/** Resolves with the exit code once a child has ended. */
export async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  return new Promise((done) => child.once('exit', (code) => done(code)));
}
