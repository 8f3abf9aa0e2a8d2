import type { LabHost } from '../host.ts';
import { enter, hypervisor } from './borrow.ts';
import { until } from './until.ts';

export const INSTANCES = '/var/lib/nova/instances';
export const BASE = `${INSTANCES}/_base`;

/** How a `Writer` fared. */
export interface Written {
  readonly writes: number;
  /** seconds from one write to the next, at most */
  readonly longestDrift: number;
  readonly troubles: readonly string[];
}

/** A VM as Nova and libvirt would have it: a real QEMU on a real overlay. Its processor stands still; its disk is used over QMP. */
export class RealVm {
  readonly host: LabHost;
  readonly uuid: string;

  private constructor(host: LabHost, uuid: string) {
    this.host = host;
    this.uuid = uuid;
  }

  /** Starts QEMU on the VM's disk, with Nova's default cache mode (`none`). Throws with QEMU's words if it does not start. */
  static async start(host: LabHost, uuid: string): Promise<RealVm> {
    const vm = new RealVm(host, uuid);
    // libvirt gives the whole chain to QEMU's user; over NFS with root_squash it cannot, and does not mind (docs/facts.md#fact-2)
    await host.sh(
      `cd ${INSTANCES}/${uuid} && chown ${hypervisor} disk && for base in $(${enter('0:0', ['qemu-img', 'info', '-U', '--backing-chain', `${INSTANCES}/${uuid}/disk`])} | sed -n 's/^image: //p'); do chown ${hypervisor} $base 2>/dev/null || :; done`,
    );
    const log = `/tmp/real/${uuid}.out`;
    await host.sh(
      `${enter(hypervisor, vm.#arguments())} >${log} 2>&1 </dev/null & echo $! >/tmp/real/${uuid}.pid`,
    );
    await until('QEMU answers', () => vm.isWell(), 120_000).catch(async () => {
      throw new Error(`QEMU did not start: ${await host.sh(`cat ${log}`)}`);
    });
    return vm;
  }

  #arguments(): string[] {
    const disk = `${INSTANCES}/${this.uuid}/disk`;
    const monitor = (use: 'ask' | 'write'): string[] => [
      '-qmp',
      `unix:${this.#monitor(use)},server=on,wait=off`,
    ];
    return [
      // what qemu-io says of each read and write is on standard output
      ...[
        'stdbuf',
        '-oL',
        'qemu-system-x86_64',
        '-name',
        `guest=${this.uuid}`,
        '-accel',
        'tcg',
        '-m',
        '16',
        '-S',
      ],
      ...['-nodefaults', '-no-user-config', '-display', 'none', ...monitor('ask'), ...monitor('write')],
      ...['-blockdev', `driver=file,node-name=file,filename=${disk},cache.direct=on`],
      ...['-blockdev', 'driver=qcow2,node-name=disk,file=file,cache.direct=on'],
      ...['-device', 'virtio-blk-pci,id=disk,drive=disk'],
    ];
  }

  /** Two monitors, because each serves one client at a time. */
  #monitor(use: 'ask' | 'write'): string {
    return `/tmp/real/${this.uuid}.${use}`;
  }

  async #ask(commands: readonly object[], timeout: number): Promise<unknown> {
    const script = `python3 /run/real/qmp.py ${this.#monitor('ask')}`;
    return JSON.parse(await this.host.sh(script, { stdin: JSON.stringify(commands), timeout }));
  }

  /** Whether QEMU runs and is well: neither gone nor paused by an error of its disk. */
  async isWell(): Promise<boolean> {
    const { code } = await this.host.exec(
      `kill -0 $(cat /tmp/real/${this.uuid}.pid) && test -S ${this.#monitor('ask')}`,
    );
    if (code !== 0) return false;
    const [state] = (await this.#ask([{ execute: 'query-status' }], 60_000)) as { status: string }[];
    return state?.status === 'prelaunch';
  }

  /** SHA-256 of all that the guest reads from its disk, but for a range that it writes to; read by the running QEMU and past all caches. */
  async readThrough(options: { speed?: number; timeout?: number; except?: Range } = {}): Promise<string> {
    const { speed = 0, timeout = 120_000, except } = options;
    const dump = `/tmp/real/${this.uuid}.dump`;
    await this.host.sh('sync; echo 3 >/proc/sys/vm/drop_caches');
    await this.#ask([{ dump, speed }], timeout);
    const cut = except
      ? `(head -c ${except.start} ${dump}; tail -c +${except.start + except.length + 1} ${dump})`
      : `cat ${dump}`;
    return (await this.host.sh(`${cut} | sha256sum; rm ${dump}`)).slice(0, 64);
  }

  /** Lets it write to a range of its disk all the time; the result tells the writer to stop, and gives how it fared. */
  async writeAllTheTime(range: Range): Promise<() => Promise<Written>> {
    const log = `/tmp/real/${this.uuid}.written`;
    await this.host.sh(
      `python3 /run/real/writer.py ${this.#monitor('write')} /tmp/real/${this.uuid}.out ${range.start} ${range.length} >${log} 2>&1 </dev/null & echo $! >${log}.pid`,
    );
    return async () => {
      const wait = `kill $(cat ${log}.pid); while kill -0 $(cat ${log}.pid) 2>/dev/null; do sleep 0.2; done; cat ${log}`;
      return JSON.parse(await this.host.sh(wait)) as Written;
    };
  }

  async stop(): Promise<void> {
    const pid = `$(cat /tmp/real/${this.uuid}.pid)`;
    await this.host.sh(`kill ${pid}; while kill -0 ${pid} 2>/dev/null; do sleep 0.1; done`);
  }
}

/** Bytes of a disk. */
export interface Range {
  readonly start: number;
  readonly length: number;
}
