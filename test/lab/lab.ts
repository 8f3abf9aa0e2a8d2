import { mkdir, rm, writeFile } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './cache.ts';
import { LabHost } from './host.ts';
import { hostKeysDir, knownHostsLines } from './hostkeys.ts';
import { inventoryText } from './inventory.ts';
import type { InventoryOptions } from './inventory.ts';
import { run } from './process.ts';
import type { Finished, RunOptions } from './process.ts';
import { makeRunDir } from './rundir.ts';
import { ensureSnapshot } from './snapshot.ts';
import type { Narrate, Snapshot } from './snapshot.ts';
import { Switch } from './switch.ts';

export type { LabHost } from './host.ts';

/** Commands of fastboot that connect to hosts, and so are told which host keys to trust. */
const connecting = new Set(['plan', 'apply', 'status', 'gc', 'recover', 'restore', 'remove']);

export interface LabOptions {
  readonly narrate?: Narrate;
  /** a raw disk that each host can read and not write, beside its own; see `VmSpec` */
  readonly readOnlyDisk?: string;
}

/** Real hosts on this machine, on a network of their own. */
export class Lab {
  /** a folder for this lab's files, removed with it */
  readonly dir: string;
  readonly keyFile: string;
  readonly knownHostsFile: string;
  readonly #hosts: Record<string, LabHost> = {};
  readonly #snapshot: Snapshot;
  readonly #switch: Switch;
  readonly #readOnlyDisk: string | undefined;
  #closed = false;

  private constructor(dir: string, snapshot: Snapshot, storage: Switch, readOnlyDisk: string | undefined) {
    this.dir = dir;
    this.keyFile = snapshot.keyFile;
    this.knownHostsFile = join(dir, 'known_hosts');
    this.#snapshot = snapshot;
    this.#switch = storage;
    this.#readOnlyDisk = readOnlyDisk;
  }

  static async open(names: readonly string[], options: LabOptions): Promise<Lab> {
    const snapshot = await ensureSnapshot(options.narrate);
    const dir = await makeRunDir();
    const lab = new Lab(dir, snapshot, await Switch.start(dir), options.readOnlyDisk);
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

  /** Adds a fresh host to the network. The others do not notice. */
  async addHost(name: string): Promise<LabHost> {
    if (this.#hosts[name]) throw new Error(`the lab has a ${name} already`);
    const host = await LabHost.open(name, this.#snapshot, this.dir, this.#switch.dir, this.#readOnlyDisk);
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

  /** Runs the built fastboot, with this lab's host keys and without anything of the caller's own ssh settings. */
  fastboot(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
    const trust = connecting.has(args[0] ?? '') ? ['--known-hosts', this.knownHostsFile] : [];
    return run(process.execPath, [join(projectRoot, 'dist/fastboot.js'), ...args, ...trust], {
      cwd: this.dir,
      timeout: 300_000,
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

  /** Ends all hosts and removes all files of this lab. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#all((host) => host.cutPower());
    await this.#switch.close();
    await rm(this.dir, { recursive: true, force: true });
  }

  async #all(work: (host: LabHost) => Promise<unknown>): Promise<void> {
    await Promise.all(Object.values(this.#hosts).map(work));
  }

  async #writeKnownHosts(): Promise<void> {
    const lines = Object.values(this.#hosts).map(async ({ name, sshPort }) =>
      knownHostsLines(await hostKeysDir(this.#snapshot.dir, name), `[127.0.0.1]:${sshPort}`),
    );
    await writeFile(this.knownHostsFile, (await Promise.all(lines)).join(''));
  }
}

/** Fresh hosts, with sshd and Debian and nothing of NFS. The first call on a machine makes their image, which takes a minute. */
export const openLab = (
  names: readonly string[] = ['nfs01', 'compute01', 'compute02'],
  options: LabOptions = {},
): Promise<Lab> => Lab.open(names, options);
