/** A host of the lab: a virtual machine with its own name, role, addresses and keys. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecOptions, ExecResult } from './agent.ts';
import { giveIdentity, setClock } from './identity.ts';
import { freePort, placeOf } from './network.ts';
import type { Place, Role } from './network.ts';
import { createOverlay } from './snapshot.ts';
import type { Snapshot } from './snapshot.ts';
import { Vm } from './vm.ts';
import type { VmSpec } from './vm.ts';

/** Which of a host's two cards: the one that its sshd is reached through, or the one on the storage network. */
export type Card = 'control' | 'storage';

/** A safety net for a machine that is busy: a boot takes 20 to 60 s. */
const BOOT_TIMEOUT_MS = 300_000;

/** A real Debian host of the lab. What is done through it goes past sshd and past the network. */
export class LabHost {
  readonly name: string;
  readonly role: Role;
  /** port on 127.0.0.1 behind which its sshd is */
  readonly sshPort: number;
  /** its address on the storage network */
  readonly storageAddress: string;
  readonly #spec: VmSpec;
  #vm: Vm;
  #cpuSeconds = 0;

  private constructor(place: Place, spec: VmSpec, vm: Vm) {
    this.name = place.name;
    this.role = place.role;
    this.sshPort = spec.sshPort;
    this.storageAddress = place.address;
    this.#spec = spec;
    this.#vm = vm;
  }

  /** A fresh host, resumed from the snapshot. Its sshd answers when this is done. */
  static async open(
    name: string,
    snapshot: Snapshot,
    labDir: string,
    switchDir: string,
    readOnlyDisk?: string,
  ): Promise<LabHost> {
    const place = placeOf(name);
    const dir = join(labDir, name);
    await mkdir(dir, { recursive: true });
    const disk = join(dir, 'disk.qcow2');
    await createOverlay(disk, snapshot.disk, 'qcow2');
    const { kernel, initrd } = snapshot;
    const spec = {
      ...{ dir, disk, kernel, initrd, sshPort: await freePort(), mac: place.mac, switchDir },
      ...(readOnlyDisk === undefined ? {} : { readOnlyDisk }),
    };
    const vm = await Vm.start({ ...spec, resumeFrom: snapshot.memory });
    try {
      await vm.agent.ready(BOOT_TIMEOUT_MS);
      await giveIdentity(vm.agent, place, snapshot);
    } catch (reason) {
      await vm.kill();
      throw reason;
    }
    return new LabHost(place, spec, vm);
  }

  /** Runs a shell script as root; an exit code other than 0 is a result like any other. */
  exec(script: string, options: ExecOptions = {}): Promise<ExecResult> {
    return this.#vm.agent.exec(script, options);
  }

  /** Runs a shell script as root that must succeed, and gives its standard output. */
  async sh(script: string, options: ExecOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.exec(script, options);
    if (code === 0) return stdout;
    throw new Error(`${this.name}: exit ${code} of: ${script.slice(0, 300)}\n${stdout}${stderr}`);
  }

  get running(): boolean {
    return this.#vm.running;
  }

  /** Shuts it down in an orderly way and waits until it is off. */
  async poweroff(): Promise<void> {
    await this.exec('systemctl poweroff').catch(() => undefined);
    await this.#vm.ended(BOOT_TIMEOUT_MS);
  }

  /** Takes its power away: what it had not written to its disk (`sync`) is lost. */
  async cutPower(): Promise<void> {
    this.#cpuSeconds += this.#vm.cpuSeconds();
    await this.#vm.kill();
  }

  /** Processor time of this machine's that it has used until its last power cut. */
  get cpuSeconds(): number {
    return this.#cpuSeconds;
  }

  /** Switches it on again and waits for systemd to say that the boot is over (or, where units failed, that it is degraded). */
  async boot(): Promise<void> {
    if (this.running) throw new Error(`${this.name} is running`);
    this.#vm = await Vm.start(this.#spec);
    await this.#vm.agent.ready(BOOT_TIMEOUT_MS);
    await this.booted();
  }

  /** Restarts it as an operator would and waits as `boot` does. */
  async reboot(): Promise<void> {
    await this.#vm.restarted(() => this.exec('systemctl reboot').catch(() => undefined), BOOT_TIMEOUT_MS);
    await this.booted();
  }

  /** Waits for the end of a boot; gives systemd's word for it, `running` or `degraded`. */
  async booted(): Promise<string> {
    await this.exec(setClock());
    const { stdout } = await this.exec('systemctl is-system-running --wait', { timeout: BOOT_TIMEOUT_MS });
    return stdout.trim();
  }

  /** Pulls the cable of one of its cards, or puts it back. */
  async setLink(card: Card, up: boolean): Promise<void> {
    await this.#vm.qmp.execute('set_link', { name: `${card}-card`, up });
  }

  /** Stops its processor: it hangs, and nobody is told. */
  async freeze(): Promise<void> {
    await this.#vm.qmp.execute('stop');
  }

  async thaw(): Promise<void> {
    await this.#vm.qmp.execute('cont');
  }

  /** Keeps its disk and memory under a name; it must be frozen. See `Lab.save`. */
  save(name: string): Promise<void> {
    return this.#vm.qmp.monitor(`savevm ${name}`);
  }

  /** Takes it back to what was kept under that name; it is frozen afterwards. */
  async load(name: string): Promise<void> {
    if (!this.running) this.#vm = await Vm.start(this.#spec);
    await this.freeze();
    this.#vm.agent.reset('the host was taken back to an earlier state');
    await this.#vm.qmp.monitor(`loadvm ${name}`);
  }

  /** Sets its clock, after it stood still for a time. */
  async wake(): Promise<void> {
    await this.thaw();
    await this.#vm.agent.ready(BOOT_TIMEOUT_MS);
    await this.sh(setClock());
  }
}
