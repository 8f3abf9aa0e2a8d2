/** How a run goes over the compute nodes: which hosts first, how many at a time, and when it stops. Pure. */
import type { HostOutcome } from '../core/event.ts';
import { executableUnits, isBlocked } from '../plan/plan.ts';
import type { HostPlan, Stage } from '../plan/plan.ts';
import { whatHappened } from './host-result.ts';

export interface Rollout {
  /** `--serial`: the size of a batch. */
  readonly serial: Share | undefined;
  /** `--canary`: how many hosts go first, or which ones. */
  readonly canary: number | readonly string[] | undefined;
  /** `--max-failures`: more failed compute nodes than this stop the run. */
  readonly maxFailures: Share | undefined;
}

/** `5` or `10%`. */
export interface Share {
  readonly amount: number;
  readonly percent: boolean;
}

/** A run without these options: all hosts side by side, and a host that fails stops only itself. */
export const ALL_AT_ONCE: Rollout = { serial: undefined, canary: undefined, maxFailures: undefined };

/** Hosts that are changed side by side. */
export interface Batch {
  /** The name of the phase on the screen. */
  readonly phase: string;
  readonly hosts: readonly HostPlan[];
  /** `all`: the stage is not divided. */
  readonly part: 'all' | 'backend' | 'canaries' | 'batch';
}

export interface Batches {
  /** Hosts without work. They belong to no batch. */
  readonly idle: readonly HostPlan[];
  readonly batches: readonly Batch[];
}

/**
 * Divides a stage: first the backend, then the canaries, then batches. A percentage is of the compute nodes that have
 * work. It is rounded down, but to one host at least, as with Ansible's `serial`.
 *
 * @param kindOf equal for hosts of the same kind: one of them can be the canary of all
 */
export function makeBatches(
  stage: Stage,
  backend: string,
  { serial, canary }: Rollout,
  kindOf: (plan: HostPlan) => string,
): Batches {
  const working = stage.hosts.filter(hasWork);
  if (working.length === 0) return { idle: stage.hosts, batches: [] };
  const nodes = working.filter(({ host }) => host !== backend);
  if ((serial === undefined && canary === undefined) || nodes.length === 0)
    return { idle: [], batches: [{ phase: stage.name, hosts: stage.hosts, part: 'all' }] };
  const canaries = pickCanaries(nodes, canary, kindOf);
  const others = nodes.filter((node) => !canaries.includes(node));
  const size = serial === undefined ? others.length : sizeOf(serial, nodes.length);
  const chunks = chunksOf(others, size);
  const batches: readonly Batch[] = [
    {
      phase: `${stage.name}: backend`,
      hosts: working.filter(({ host }) => host === backend),
      part: 'backend',
    },
    { phase: `${stage.name}: canaries`, hosts: canaries, part: 'canaries' },
    ...chunks.map((hosts, index): Batch => {
      return { phase: `${stage.name}: batch ${index + 1} of ${chunks.length}`, hosts, part: 'batch' };
    }),
  ];
  return {
    idle: stage.hosts.filter((plan) => !hasWork(plan)),
    batches: batches.filter(({ hosts }) => hosts.length > 0),
  };
}

/** Whether a run changes anything on a host. */
export function hasWork(plan: HostPlan): boolean {
  return !isBlocked(plan) && executableUnits(plan).length > 0;
}

/** The canaries. Where a number is given: one host of each kind, the most frequent kind first, then a second of each kind. */
function pickCanaries(
  nodes: readonly HostPlan[],
  canary: Rollout['canary'],
  kindOf: (plan: HostPlan) => string,
): readonly HostPlan[] {
  if (canary === undefined) return [];
  if (typeof canary !== 'number') return nodes.filter(({ host }) => canary.includes(host));
  const kinds = new Map<string, HostPlan[]>();
  for (const node of nodes) {
    const kind = kindOf(node);
    kinds.set(kind, [...(kinds.get(kind) ?? []), node]);
  }
  const bySize = [...kinds.values()].sort((a, b) => b.length - a.length);
  const rounds = Array.from({ length: bySize[0]?.length ?? 0 }, (_, round) =>
    bySize.flatMap((kind) => kind.slice(round, round + 1)),
  );
  const picked = new Set(rounds.flat().slice(0, canary));
  return nodes.filter((node) => picked.has(node));
}

function sizeOf({ amount, percent }: Share, total: number): number {
  return percent ? Math.max(1, Math.floor((amount * total) / 100)) : amount;
}

function chunksOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const count = items.length === 0 ? 0 : Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}

/** What decides whether more hosts are started. */
export interface Standing {
  /** The batch that has just ended, if any. */
  readonly batch: Batch | undefined;
  /** Hosts that did not succeed: they failed, could not be reached, were blocked or refused. */
  readonly bad: ReadonlyMap<string, HostOutcome>;
  /** How many compute nodes of the run failed or could not be reached. */
  readonly failed: number;
  /** How many compute nodes the run has. */
  readonly total: number;
}

/** Why no more hosts are started, as a sentence without its full stop; undefined where the run goes on. */
export function reasonToStop(rollout: Rollout, standing: Standing): string | undefined {
  const { batch, bad } = standing;
  const picked = batch?.part === 'canaries' ? batch.hosts.map(({ host }) => host) : [];
  const named = typeof rollout.canary === 'object' ? rollout.canary : [];
  const canary = badHost([...picked, ...named], bad);
  if (canary !== undefined) return `the canary ${canary}`;
  if (rollout.maxFailures !== undefined) return tooManyFailures(rollout.maxFailures, standing);
  if (batch?.part !== 'batch') return undefined;
  const names = batch.hosts.map(({ host }) => host);
  const node = badHost(names, bad);
  return node === undefined ? undefined : `${node} in "${batch.phase}"`;
}

/** The first of these hosts that did not succeed, and what happened: `compute001 failed`. */
function badHost(hosts: readonly string[], bad: Standing['bad']): string | undefined {
  const host = hosts.find((name) => bad.has(name));
  const outcome = host === undefined ? undefined : bad.get(host);
  return host === undefined || outcome === undefined ? undefined : `${host} ${whatHappened(outcome)}`;
}

/** Whether the limit is exceeded, not only reached, as with Ansible's `max_fail_percentage`. */
export function tooManyFailures(
  { amount, percent }: Share,
  { failed, total }: Pick<Standing, 'failed' | 'total'>,
): string | undefined {
  const isExceeded = percent ? failed * 100 > amount * total : failed > amount;
  if (!isExceeded) return undefined;
  const limit = `--max-failures is ${amount}${percent ? '%' : ''}`;
  return `${failed} of ${total} compute nodes failed or could not be reached, and ${limit}`;
}
