/** The lab: real hosts on this machine, on a network of their own. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './cache.ts';
import { LabHost } from './host.ts';
import { hostKeysDir, knownHostsLines } from './hostkeys.ts';
import { inventoryText } from './inventory.ts';
import type { InventoryOptions } from './inventory.ts';
import { placeOf } from './network.ts';
import { run } from './process.ts';
import type { Finished, RunOptions } from './process.ts';
import { makeRunDir } from './rundir.ts';
import { ensureInstalled, ensureSnapshot } from './snapshot.ts';
import type { Narrate, Snapshot } from './snapshot.ts';
import { Switch } from './switch.ts';

export type { LabHost } from './host.ts';

/** Commands of fastboot that connect to hosts: they get the host keys to trust. */
const connecting = new Set(['plan', 'apply', 'status', 'gc', 'recover', 'restore', 'remove']);

/** A safety net for a machine that is busy. */
const FASTBOOT_TIMEOUT_MS = 600_000;

export interface LabOptions {
  readonly narrate?: Narrate;
  /** a raw disk that each host can read and not write, beside its own; see `VmSpec` */
  readonly readOnlyDisk?: string;
  /**
   * The hosts, by name, that start with the packages that fastboot would install on them, and with their services stopped.
   * Others start with Debian and sshd, without NFS. Installing takes a minute on a host, so most suites leave it out.
   */
  readonly installed?: 'all' | readonly string[];
}

/** Real hosts on this machine, on a network of their own. */
export class Lab {
  /** a folder for this lab's files, removed with it */
  readonly dir: string;
  readonly keyFile: string;
  readonly knownHostsFile: string;
  readonly #hosts: Record<string, LabHost> = {};
  readonly #fresh: Snapshot;
  readonly #options: LabOptions;
  readonly #switch: Switch;
  readonly #openedAt = performance.now();
  #closed = false;

  private constructor(dir: string, fresh: Snapshot, storage: Switch, options: LabOptions) {
    this.dir = dir;
    this.keyFile = fresh.keyFile;
    this.knownHostsFile = join(dir, 'known_hosts');
    this.#fresh = fresh;
    this.#options = options;
    this.#switch = storage;
  }

  static async open(names: readonly string[], options: LabOptions): Promise<Lab> {
    const fresh = await ensureSnapshot(options.narrate);
    const dir = await makeRunDir();
    const lab = new Lab(dir, fresh, await Switch.start(dir), options);
    try {
      await mkdir(join(dir, 'home'));
      const opened = await Promise.allSettled(names.map((name) => lab.addHost(name)));
      const failed = opened.find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
    } catch (reason) {
      await lab.close();
      throw reason;
    }
    return lab;
  }

  /** The hosts by name. */
  get hosts(): Readonly<Record<string, LabHost>> {
    return this.#hosts;
  }

  /** A host by its name; throws if the lab has none. */
  host(name: string): LabHost {
    const host = this.#hosts[name];
    if (!host) throw new Error(`the lab has no ${name}`);
    return host;
  }

  /** Adds a host to the network. The others do not notice. */
  async addHost(name: string): Promise<LabHost> {
    if (this.#hosts[name]) throw new Error(`the lab has a ${name} already`);
    const snapshot = await this.#snapshotFor(name);
    const host = await LabHost.open(name, snapshot, this.dir, this.#switch.dir, this.#options.readOnlyDisk);
    if (this.#closed) {
      await host.cutPower();
      throw new Error(`the lab was closed before ${name} was up`);
    }
    this.#hosts[name] = host;
    await this.#writeKnownHosts();
    return host;
  }

  /** Writes an inventory of the hosts (or some of them) and gives its path. */
  inventory(options: InventoryOptions = {}): string {
    const file = join(this.dir, options.file ?? 'inventory.yaml');
    const names = options.hosts ?? Object.keys(this.#hosts).sort();
    const hosts = names.map((name) => this.host(name));
    writeFileSync(file, inventoryText(hosts, this.keyFile, options));
    return file;
  }

  /** Runs the built fastboot, with this lab's host keys and without the caller's own ssh settings. */
  fastboot(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
    const trust = connecting.has(args[0] ?? '') ? ['--known-hosts', this.knownHostsFile] : [];
    return run(process.execPath, [join(projectRoot, 'dist/fastboot.js'), ...args, ...trust], {
      cwd: this.dir,
      timeout: FASTBOOT_TIMEOUT_MS,
      ...options,
      env: this.environment(options.env),
    });
  }

  /** The environment that `fastboot` runs in: no ssh agent, an empty home. */
  environment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    const { PATH, TERM, LANG } = process.env;
    return { PATH, TERM, LANG, HOME: join(this.dir, 'home'), ...more };
  }

  /** Keeps the state of all hosts, memory and disk, under a name: a starting point for several scenarios. */
  async save(name: string): Promise<void> {
    await this.#all((host) => host.freeze());
    await this.#all((host) => host.save(name));
    await this.#all((host) => host.wake());
  }

  /** Takes all hosts back to what `save` kept, also those that are switched off now. */
  async load(name: string): Promise<void> {
    await this.#all((host) => host.load(name));
    await this.#all((host) => host.wake());
  }

  /**
   * Restarts hosts side by side; all of them by default. As after a power cut of the whole room, but with all files
   * written before: in an orderly shutdown of all at once, a compute node would wait for a backend that is gone.
   */
  async rebootAll(hosts: readonly LabHost[] = Object.values(this.#hosts)): Promise<void> {
    await Promise.all(hosts.map((host) => host.sh('sync')));
    await Promise.all(hosts.map((host) => host.cutPower()));
    await Promise.all(hosts.map((host) => host.boot()));
  }

  /** Ends all hosts and removes all files of this lab. Prints what its machines cost. */
  async close(): Promise<void> {
    this.#closed = true;
    const hosts = Object.values(this.#hosts);
    await this.#all((host) => host.cutPower());
    const seconds = hosts.reduce((sum, host) => sum + host.cpuSeconds, 0);
    const names = hosts.map(({ name }) => name).join(' ');
    console.log(
      `lab ${names}: ${seconds.toFixed(0)} s of processor time in ${((performance.now() - this.#openedAt) / 1000).toFixed(0)} s`,
    );
    await this.#switch.close();
    await rm(this.dir, { recursive: true, force: true });
  }

  /** What a host starts from. */
  async #snapshotFor(name: string): Promise<Snapshot> {
    const { installed = [], narrate } = this.#options;
    return installed === 'all' || installed.includes(name)
      ? ensureInstalled(placeOf(name).role, narrate)
      : this.#fresh;
  }

  async #all(work: (host: LabHost) => Promise<unknown>): Promise<void> {
    await Promise.all(Object.values(this.#hosts).map(work));
  }

  async #writeKnownHosts(): Promise<void> {
    const lines = Object.values(this.#hosts).map(async ({ name, sshPort }) =>
      knownHostsLines(await hostKeysDir(this.#fresh.dir, name), `[127.0.0.1]:${sshPort}`),
    );
    await writeFile(this.knownHostsFile, (await Promise.all(lines)).join(''));
  }
}

/** Hosts with sshd and Debian, without NFS by default. The first call on a machine makes their image, which takes a minute. */
export const openLab = (
  names: readonly string[] = ['nfs01', 'compute01', 'compute02'],
  options: LabOptions = {},
): Promise<Lab> => Lab.open(names, options);
