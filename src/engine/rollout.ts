import { executableUnits, isBlocked } from '../plan/plan.ts';
import type { HostPlan, Stage } from '../plan/plan.ts';

/** How a run goes over the compute nodes: some first, some at a time, and how much may go wrong. All of it pure. */
export interface Rollout {
  /** How many hosts make a batch. */
  readonly serial: Share | undefined;
  /** Hosts that go first: how many, or which. */
  readonly canary: number | readonly string[] | undefined;
  /** How many compute nodes may fail before nothing more is begun. */
  readonly maxFailures: Share | undefined;
}

/** `5` or `10%`. */
export interface Share {
  readonly amount: number;
  readonly percent: boolean;
}

/** As without any of the options: all hosts side by side, and a host that fails stops only itself. */
export const ALL_AT_ONCE: Rollout = { serial: undefined, canary: undefined, maxFailures: undefined };

/** Hosts that are worked on side by side. */
export interface Batch {
  readonly phase: string;
  readonly hosts: readonly HostPlan[];
  /** `all`: the stage is not divided. */
  readonly part: 'all' | 'backend' | 'canaries' | 'batch';
}

export interface Batches {
  /** Hosts with nothing to carry out: they fill no batch. */
  readonly idle: readonly HostPlan[];
  readonly batches: readonly Batch[];
}

/**
 * Divides a stage: the backend, the canaries, then batches. Percents are of the compute nodes that have something to
 * carry out, rounded down, but never to none, as with Ansible's `serial`.
 *
 * @param kindOf equal for hosts of which one can stand for the other
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
  const rest = chunks(others, size);
  const parts: readonly Batch[] = [
    {
      phase: `${stage.name}: backend`,
      hosts: working.filter(({ host }) => host === backend),
      part: 'backend',
    },
    { phase: `${stage.name}: canaries`, hosts: canaries, part: 'canaries' },
    ...rest.map((hosts, index): Batch => {
      return { phase: `${stage.name}: batch ${index + 1} of ${rest.length}`, hosts, part: 'batch' };
    }),
  ];
  return {
    idle: stage.hosts.filter((plan) => !hasWork(plan)),
    batches: parts.filter(({ hosts }) => hosts.length > 0),
  };
}

/** Whether anything of a host's plan will be carried out. */
export function hasWork(plan: HostPlan): boolean {
  return !isBlocked(plan) && executableUnits(plan).length > 0;
}

/** That many in all: one of each kind, the most frequent kind first, then the second of each kind, and so on. */
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

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const count = items.length === 0 ? 0 : Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}

/** What decides whether more hosts are begun. */
export interface Standing {
  /** The batch that has just ended, if one has. */
  readonly batch: Batch | undefined;
  /** Hosts that did not come out well: failed, unreachable, refused because they had changed, or blocked. */
  readonly bad: ReadonlySet<string>;
  /** Of the compute nodes of the run: how many failed or could not be reached, and how many there are. */
  readonly failed: number;
  readonly total: number;
}

/** Why no further host is begun, as a sentence without its full stop; undefined where the run goes on. */
export function reasonToStop(rollout: Rollout, standing: Standing): string | undefined {
  const { batch, bad } = standing;
  const picked = batch?.part === 'canaries' ? batch.hosts.map(({ host }) => host) : [];
  const named = typeof rollout.canary === 'object' ? rollout.canary : [];
  const canary = [...picked, ...named].find((host) => bad.has(host));
  if (canary !== undefined) return `the canary ${canary} did not come out well`;
  if (rollout.maxFailures !== undefined) return tooManyFailures(rollout.maxFailures, standing);
  if (batch?.part !== 'batch') return undefined;
  const host = batch.hosts.find((plan) => bad.has(plan.host))?.host;
  return host === undefined ? undefined : `${host} did not come out well in "${batch.phase}"`;
}

/** Whether the limit is exceeded, not only reached, as with Ansible's `max_fail_percentage`. */
export function tooManyFailures(
  { amount, percent }: Share,
  { failed, total }: Pick<Standing, 'failed' | 'total'>,
): string | undefined {
  const exceeded = percent ? failed * 100 > amount * total : failed > amount;
  if (!exceeded) return undefined;
  return `${failed} of ${total} compute nodes failed or could not be reached, and --max-failures is ${amount}${percent ? '%' : ''}`;
}
