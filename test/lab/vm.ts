import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, closeSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex, Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from './agent.ts';
import { Qmp } from './qmp.ts';

/** What a virtual machine is started from. */
export interface VmSpec {
  /** folder for its console and messages */
  readonly dir: string;
  readonly disk: string;
  readonly kernel: string;
  readonly initrd: string;
  readonly sshPort: number;
  readonly mac: string;
  readonly switchDir: string;
  /** a second disk, raw, that the guest can only read; not part of the saved machine, so the guest has to look for it (`pci/rescan`) */
  readonly readOnlyDisk?: string;
  /** file with a saved memory to go on from, instead of a boot */
  readonly resumeFrom?: string;
}

/** The unit of times in /proc on Linux. */
const CLOCK_TICKS_PER_SECOND = 100;

// TCG translates code again for each address that it runs at: without address randomisation an exec costs a sixth
const kernelLine =
  'root=/dev/vda rw quiet mitigations=off nokaslr norandmaps net.ifnames=0 console=ttyS0 fsck.mode=skip';

/**
 * QEMU's arguments. The devices must be the same for a resumed machine as for the one whose memory was saved, so only files, ports and
 * addresses vary. No KVM: the lab has to work on machines without it, and one way for all keeps the snapshots portable.
 */
export function qemuArguments(spec: VmSpec): string[] {
  return [
    ...['-accel', 'tcg', '-cpu', 'Nehalem', '-machine', 'q35', '-m', '384', '-smp', '1'],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-qmp', 'stdio'],
    ...['-kernel', spec.kernel, '-initrd', spec.initrd, '-append', kernelLine],
    ...['-drive', `file=${spec.disk},if=none,id=disk,format=qcow2,cache=unsafe`],
    ...['-device', 'virtio-blk-pci,drive=disk'],
    ...['-netdev', `user,id=control,restrict=on,hostfwd=tcp:127.0.0.1:${spec.sshPort}-:22`],
    ...['-device', 'virtio-net-pci,id=control-card,netdev=control'],
    ...['-netdev', `vde,id=storage,sock=${spec.switchDir}`],
    ...['-device', `virtio-net-pci,id=storage-card,netdev=storage,mac=${spec.mac},speed=10000,duplex=full`],
    ...['-chardev', 'socket,id=agent,fd=3', '-device', 'virtio-serial-pci'],
    ...['-device', 'virtserialport,chardev=agent,name=lab'],
    ...['-device', 'virtio-rng-pci', '-serial', `file:${join(spec.dir, 'console.log')}`],
    // after all devices of the saved machine, whose places must stay as they are
    ...(spec.readOnlyDisk === undefined
      ? []
      : [
          ...['-drive', `file=${spec.readOnlyDisk},if=none,id=read-only,format=raw,readonly=on`],
          ...['-device', 'virtio-blk-pci,drive=read-only'],
        ]),
    ...(spec.resumeFrom === undefined ? [] : ['-incoming', `exec:cat '${spec.resumeFrom}'`]),
  ];
}

/** A running virtual machine. It ends with this process, however this process ends. */
export class Vm {
  readonly qmp: Qmp;
  readonly agent: Agent;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;

  private constructor(child: ChildProcess, input: Writable, output: Readable, channel: Duplex) {
    this.#child = child;
    this.qmp = new Qmp(input, output);
    this.agent = new Agent(channel);
    this.qmp.on('RESET', () => this.agent.reset('the host was restarted'));
    this.#ended = new Promise((resolve) => child.once('close', () => resolve()));
  }

  /** Starts QEMU; the guest is not up yet. Throws with QEMU's own words if QEMU does not want to. */
  static async start(spec: VmSpec): Promise<Vm> {
    const messages = join(spec.dir, 'qemu.log');
    const log = openSync(messages, 'w');
    // an ssh key agent or a proxy of the caller's is no business of QEMU's
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'qemu-system-x86_64', ...qemuArguments(spec)], {
      stdio: ['pipe', 'pipe', log, 'pipe'],
    });
    closeSync(log);
    const channel = child.stdio[3];
    if (!child.stdin || !child.stdout || !channel) throw new Error('QEMU has no standard streams');
    const vm = new Vm(child, child.stdin, child.stdout, channel as Duplex);
    try {
      await vm.qmp.execute('qmp_capabilities');
    } catch {
      await vm.#ended;
      throw new Error(`QEMU did not start:\n${existsSync(messages) ? readFileSync(messages, 'utf8') : ''}`);
    }
    if (spec.resumeFrom !== undefined) await vm.#goOn();
    return vm;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Waits until the guest has switched itself off. */
  async ended(timeout: number): Promise<void> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), timeout);
    await this.#ended;
    clearTimeout(timer);
    if (this.#child.signalCode === 'SIGKILL') throw new Error(`still running after ${timeout / 1000} s`);
  }

  /** Processor time that it has used so far; 0 once it has ended. */
  cpuSeconds(): number {
    if (!this.running) return 0;
    // setpriv has become QEMU, so this is QEMU's own process; its name, in brackets, may hold spaces
    const fields = readFileSync(`/proc/${this.#child.pid ?? 'self'}/stat`, 'utf8')
      .split(') ')[1]
      ?.split(' ');
    return (Number(fields?.[11]) + Number(fields?.[12])) / CLOCK_TICKS_PER_SECOND;
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    if (!this.running) return;
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** Waits for a restart of the guest, which `trigger` causes, and for its control channel. */
  async restarted(trigger: () => Promise<unknown>, timeout: number): Promise<void> {
    const reset = once(this.qmp, 'RESET', { signal: AbortSignal.timeout(timeout) });
    await Promise.all([reset, trigger()]);
    await this.agent.ready(timeout);
  }

  /** Waits until a saved memory is read in. It was saved of a machine that stood still, so this one does too until told otherwise. */
  async #goOn(): Promise<void> {
    while ((await this.#status('query-status')) === 'inmigrate') await sleep(20);
    await this.qmp.execute('cont');
  }

  async #status(query: 'query-status' | 'query-migrate'): Promise<string> {
    return ((await this.qmp.execute(query)) as { status: string }).status;
  }

  /** Saves the memory of a running machine into a file and ends it. Its disk stays as it is. */
  async suspendTo(file: string): Promise<void> {
    await this.qmp.execute('stop');
    await this.qmp.execute('migrate-set-parameters', { 'max-bandwidth': 1e12 });
    await this.qmp.execute('migrate', { uri: `exec:cat > '${file}'` });
    for (;;) {
      const status = await this.#status('query-migrate');
      if (status === 'completed') break;
      if (status === 'failed' || status === 'cancelled') throw new Error(`saving the memory: ${status}`);
      await sleep(50);
    }
    await this.qmp.execute('quit');
    await this.#ended;
  }
}
