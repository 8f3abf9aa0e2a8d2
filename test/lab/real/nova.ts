import type { LabHost } from '../host.ts';
import { enter } from './borrow.ts';
import { until } from './until.ts';

/** What Nova made a disk of. */
export interface MadeDisk {
  /** the class of Nova's that made it */
  readonly backend: string;
  readonly backing_fmt: string | null;
}

export interface Cached extends MadeDisk {
  /** whether Glance was asked for the image's bytes */
  readonly fetched: boolean;
  readonly seconds: number;
}

export interface CachePass {
  /** names in `_base` that are gone */
  readonly removed: readonly string[];
  /** the error that ended the pass early, if one did */
  readonly trouble: string | null;
  /** the effective `remove_unused_base_images` */
  readonly removes: boolean;
}

/** What Glance would give: a file on the node. */
export interface Served {
  readonly file: string;
  readonly format: 'raw' | 'qcow2';
}

const log = '/tmp/real/nova.log';

/** Imports Nova on a compute node, once; from then on each question takes seconds, also after `Lab.load`. */
export async function startNova(host: LabHost): Promise<void> {
  // fork of a process this big asks for memory that it never uses
  await host.sh('sysctl -q vm.overcommit_memory=1; rm -f /tmp/real/nova');
  await host.sh(`${enter('0:0', ['python3', '/run/real/service.py', 'serve'])} >${log} 2>&1 </dev/null &`);
  await until(
    'Nova is imported',
    async () => (await host.exec('test -S /tmp/real/nova')).code === 0,
    300_000,
  );
}

async function ask(host: LabHost, request: object): Promise<unknown> {
  const text = await host.sh('python3 /run/real/service.py ask', { stdin: JSON.stringify(request) });
  if (text === '') throw new Error(`Nova said nothing: ${await host.sh(`tail -n 20 ${log}`)}`);
  const answer = JSON.parse(text) as { error?: string; trace?: string };
  if (answer.error !== undefined) throw new Error(`${answer.error}\n${answer.trace ?? ''}`);
  return answer;
}

/** Has Nova make a VM's disk from an image. Without `served` a request to Glance is an error. `size` in bytes, as of a flavor. */
export const novaCache = (
  host: LabHost,
  request: { instance: string; image: string; served?: Served; size?: number },
): Promise<Cached> => ask(host, { do: 'cache', ...request }) as Promise<Cached>;

export const novaSwap = (host: LabHost, instance: string, mebibytes: number): Promise<MadeDisk> =>
  ask(host, { do: 'swap', instance, mebibytes }) as Promise<MadeDisk>;

export const novaEphemeral = (host: LabHost, instance: string, mebibytes: number): Promise<MadeDisk> =>
  ask(host, { do: 'ephemeral', instance, mebibytes }) as Promise<MadeDisk>;

/** One pass of the image cache manager, on a node that has these VMs and no others. */
export const imageCachePass = (
  host: LabHost,
  instances: readonly { uuid: string; image: string }[],
): Promise<CachePass> => ask(host, { do: 'pass', instances }) as Promise<CachePass>;
