/** Test hosts at native speed: see the program `fleet` beside this file. */
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { cacheRoot, projectRoot, withLock } from '../lab/cache.ts';
import { mustRun, run } from '../lab/process.ts';
import type { Finished, RunOptions } from '../lab/process.ts';

export const program = join(projectRoot, 'test/fleet/fleet');
/** Where the fleet of this checkout is. */
export const fleetDir = (): string => process.env['FASTBOOT_FLEET_DIR'] ?? join(cacheRoot(), 'fleet');

/** What `fleet` is called with by those who hold its lock. */
const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  FASTBOOT_FLEET_DIR: fleetDir(),
  FASTBOOT_FLEET_LOCKED: 'yes',
});

export interface FleetHost {
  readonly name: string;
  readonly address: string;
  /** its first process, as this machine knows it */
  readonly pid: number;
}

export interface FleetInventoryOptions {
  /** the hosts that stand in it, the backend first; default all */
  readonly hosts?: readonly FleetHost[];
  /** further variables for all hosts */
  readonly vars?: Readonly<Record<string, unknown>>;
  /** further variables of single hosts, by name */
  readonly hostVars?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** fastboot under way. */
export interface Running {
  readonly done: Promise<Finished>;
  /** its process; known once it has written something */
  pid(): number;
}

/** Hosts on this machine at native speed: see the program `fleet` beside this file. One fleet at a time is up in a checkout. */
export class Fleet {
  readonly hosts: readonly FleetHost[];
  readonly keyFile = join(fleetDir(), 'key');
  readonly knownHostsFile = join(fleetDir(), 'known_hosts');
  /** a folder for the files of a test, removed with the fleet */
  readonly dir: string;
  readonly #unlock: () => Promise<void>;
  #count = 0;
  #closed = false;

  private constructor(dir: string, unlock: () => Promise<void>) {
    this.hosts = readFleet();
    this.dir = dir;
    this.#unlock = unlock;
  }

  /** Starts hosts c1 … cN; what is left of an earlier fleet, whose test was killed, is removed first. */
  static async open(count: number): Promise<Fleet> {
    await mkdir(fleetDir(), { recursive: true });
    const unlock = await holdLock(join(fleetDir(), 'lock'));
    try {
      await mustRun(program, ['up', String(count)], { env: environment() });
      const dir = await mkdtemp(join(tmpdir(), 'fastboot-fleet-'));
      await mkdir(join(dir, 'home'));
      return new Fleet(dir, unlock);
    } catch (reason) {
      await run(program, ['down'], { env: environment() });
      await unlock();
      throw reason;
    }
  }

  /** The host with a number, from 1 on. */
  host(number: number): FleetHost {
    const host = this.hosts[number - 1];
    if (host === undefined) throw new Error(`the fleet has no host ${number}`);
    return host;
  }

  /** Runs a script on a host, not through ssh, and gives what it printed; throws where it fails. */
  on(host: FleetHost, script: string): Promise<string> {
    const number = String(this.hosts.indexOf(host) + 1);
    return mustRun(program, ['on', number, 'sh', '-s'], { env: environment(), stdin: script });
  }

  /** Runs a script on all hosts. */
  async onAll(script: string): Promise<readonly string[]> {
    return Promise.all(this.hosts.map((host) => this.on(host, script)));
  }

  /** A file of a host; no part of the path may be a symbolic link. */
  read(host: FleetHost, path: string): string {
    return readFileSync(`/proc/${host.pid}/root${path}`, 'utf8');
  }

  /** Writes an inventory and gives its path: the first host is the backend, the others are compute nodes. */
  inventory(options: FleetInventoryOptions = {}): string {
    const [backend, ...compute] = (options.hosts ?? this.hosts).map(
      ({ name, address }) => [name, { ansible_host: address, ...options.hostVars?.[name] }] as const,
    );
    if (backend === undefined) throw new Error('an inventory needs a backend');
    const vars = { ansible_user: 'root', ansible_ssh_private_key_file: this.keyFile, ...options.vars };
    const children = {
      nfs_backend: { hosts: Object.fromEntries([backend]) },
      compute: { hosts: Object.fromEntries(compute) },
    };
    const file = join(this.dir, `inventory-${(this.#count += 1)}.yaml`);
    writeFileSync(file, stringify({ all: { vars, children } }));
    return file;
  }

  /** Runs a program where the hosts can be reached and gives what it printed; throws where it fails. */
  inside(command: readonly string[], options: RunOptions = {}): Promise<string> {
    return mustRun(program, ['in', ...command], { ...options, env: environment() });
  }

  /** Seconds of processor time that a program takes where the hosts can be reached; throws where it fails. */
  async cpuOf(command: readonly string[], stdin: string | Buffer): Promise<number> {
    const script = `export HOME='${join(this.dir, 'home')}'; "$@" >/dev/null 2>&1 && times`;
    const said = await this.inside(['sh', '-c', script, 'sh', ...command], { stdin });
    // the second line is that of the children: user and system time, such as 0m0.150s 0m0.020s
    const parts = [...(said.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
    return parts.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
  }

  /** Runs the built fastboot where the hosts can be reached, with nothing of the caller's own ssh settings. */
  fastboot(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
    return this.start(args, options).done;
  }

  /** The same, for tests that do something to fastboot while it runs. */
  start(args: readonly string[], options: RunOptions = {}): Running {
    const pidFile = join(this.dir, `pid-${(this.#count += 1)}`);
    const trust = args.includes('--known-hosts') ? [] : ['--known-hosts', this.knownHostsFile];
    const fastboot = [process.execPath, join(projectRoot, 'dist/fastboot.js'), ...args, ...trust];
    const { PATH, TERM } = process.env;
    const done = run('sh', ['-c', 'echo $$ >"$0"; exec "$@"', pidFile, program, 'in', ...fastboot], {
      cwd: this.dir,
      timeout: 180_000,
      ...options,
      env: {
        PATH,
        TERM,
        HOME: join(this.dir, 'home'),
        FASTBOOT_FLEET_DIR: fleetDir(),
        ...options.env,
      },
    });
    return { done, pid: () => Number(readFileSync(pidFile, 'utf8')) };
  }

  /** Ends the hosts and removes all that was made for them. May be called twice. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await mustRun(program, ['down'], { env: environment() });
    await rm(this.dir, { recursive: true, force: true });
    await this.#unlock();
  }
}

/** Hosts c1 … cN, fresh. The first call on a machine makes their root, which takes a minute or two. */
export const openFleet = (count: number): Promise<Fleet> => Fleet.open(count);

function readFleet(): readonly FleetHost[] {
  const lines = readFileSync(join(fleetDir(), 'hosts'), 'utf8').trim().split('\n');
  return lines.map((line, index) => {
    const [name = '', address = ''] = line.split(' ');
    const pid = Number(readFileSync(join(fleetDir(), `run/${index + 1}/pid`), 'utf8'));
    return { name, address, pid };
  });
}

/** Takes a lock and gives what lets it go. */
function holdLock(path: string): Promise<() => Promise<void>> {
  return new Promise((resolve, reject) => {
    let letGo: () => void = () => undefined;
    const until = new Promise<void>((done) => (letGo = done));
    const held = withLock(path, () => {
      resolve(() => {
        letGo();
        return held;
      });
      return until;
    });
    held.catch(reject);
  });
}
