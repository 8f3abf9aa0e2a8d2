import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../lab/cache.ts';
import type { Fleet, FleetHost } from '../fleet/fleet.ts';
import { peakMemory } from '../fleet/runs.ts';

const folder = join(projectRoot, 'test/bench');
const probe = readFileSync(join(folder, 'probe.sh'));
const undo = readFileSync(join(folder, 'undo.sh'), 'utf8');
const job = join(folder, 'job/site.yaml');

/** What is measured: the floor, and fastboot on hosts as they were before the job and as they are after it. */
export const subjects = ['floor', 'first apply', 'apply without changes', 'plan without changes'] as const;
export type Subject = (typeof subjects)[number];

export interface Measured {
  readonly seconds: number;
  /** MiB at the most; zero for the floor */
  readonly memory: number;
}

/** Does one thing on some hosts of a fleet. Throws where it does not end well. */
export async function measure(
  fleet: Fleet,
  hosts: readonly FleetHost[],
  subject: Subject,
): Promise<Measured> {
  switch (subject) {
    case 'floor': {
      const addresses = hosts.map(({ address }) => address);
      const args = [join(folder, 'floor.mjs'), fleet.keyFile, fleet.knownHostsFile, ...addresses];
      const began = performance.now();
      await fleet.inside([process.execPath, ...args], { stdin: probe });
      return { seconds: (performance.now() - began) / 1000, memory: 0 };
    }
    case 'first apply':
      for (const host of hosts) await fleet.on(host, undo);
      return measureRun(fleet, ['apply', '--yes'], hosts);
    case 'apply without changes':
      return measureRun(fleet, ['apply', '--yes'], hosts);
    case 'plan without changes':
      return measureRun(fleet, ['plan'], hosts);
  }
}

async function measureRun(
  fleet: Fleet,
  command: readonly string[],
  hosts: readonly FleetHost[],
): Promise<Measured> {
  const inventory = fleet.inventory({ hosts });
  const began = performance.now();
  const running = fleet.start([...command, inventory, '--playbook', job, '--forks', '50']);
  const [{ code, stderr }, memory] = await Promise.all([running.done, peakMemory(running)]);
  const seconds = (performance.now() - began) / 1000;
  if (code !== 0) throw new Error(`fastboot ${command.join(' ')}: ended with ${code ?? '?'}\n${stderr}`);
  return { seconds, memory };
}

/** Seconds of processor time that connecting to these hosts takes: bare, and by a run that changes nothing. */
export async function measureCpu(
  fleet: Fleet,
  hosts: readonly FleetHost[],
): Promise<{ readonly floor: number; readonly run: number }> {
  const addresses = hosts.map(({ address }) => address);
  const floor = [join(folder, 'floor.mjs'), fleet.keyFile, fleet.knownHostsFile, ...addresses];
  const bundle = join(projectRoot, 'dist/fastboot.js');
  const trust = ['--known-hosts', fleet.knownHostsFile, '--playbook', job, '--forks', '50'];
  const run = [bundle, 'apply', fleet.inventory({ hosts }), '--yes', ...trust];
  return {
    floor: await fleet.cpuOf([process.execPath, ...floor], probe),
    run: await fleet.cpuOf([process.execPath, ...run], ''),
  };
}

/** The median of an odd number of values. */
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
