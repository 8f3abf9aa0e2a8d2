import type { Failure } from '../core/failure.ts';
import { isUnreachable } from '../core/failure.ts';
import { canonicalJson } from '../core/json.ts';
import type { HostPlan, Plan, Stage } from '../plan/plan.ts';
import { withoutWithdrawals } from '../plan/withdrawals.ts';
import { nodeKind } from '../pool/nodes/kind.ts';
import { applyHost, hasSucceeded } from './apply-host.ts';
import type { HostResult } from './apply-host.ts';
import type { RunContext } from './context.ts';
import { participants } from './context.ts';
import { forEachLimited } from './for-each-limited.ts';
import type { Prepared } from './prepare.ts';
import { ALL_AT_ONCE, hasWork, makeBatches, reasonToStop } from './rollout.ts';
import type { Batch, Rollout } from './rollout.ts';
import { viewPool } from './desired-state.ts';
import { batchVerifier } from './verify-batch.ts';
import type { VerifyBatch } from './verify-batch.ts';

export type { HostResult } from './apply-host.ts';

/** A plan on its way. */
interface Work {
  readonly context: RunContext;
  readonly prepared: Prepared;
  readonly rollout: Rollout;
  readonly results: Map<string, HostResult>;
  /** What of the plan was begun: a host's part of a stage. */
  readonly begun: Set<HostPlan>;
  /** Aborted: no further host is begun; those that were come to their end. */
  readonly halt: AbortController;
  readonly verify: VerifyBatch;
}

/**
 * Carries out a plan: stage after stage, the hosts of a stage side by side or in the batches of the rollout. A host that
 * fails stops by itself; where the backend fails or is blocked, or the rollout's limits are exceeded, nothing further
 * is begun. After its changes each host is read and planned again: anything left over is a failure.
 */
export async function applyPlan(
  run: RunContext,
  prepared: Prepared,
  rollout: Rollout = ALL_AT_ONCE,
): Promise<readonly HostResult[]> {
  const { plan, sessions } = prepared;
  const lost = new AbortController();
  // the lock is released only after this; if it ends before, another run may begin, and this one must not go on
  void sessions.lock?.ended.then(() => lost.abort());
  const context = { ...run, stop: AbortSignal.any([run.stop, lost.signal]) };
  const results = new Map<string, HostResult>();
  for (const [host, failure] of sessions.failures) {
    const outcome = isUnreachable(failure) ? 'unreachable' : 'failed';
    results.set(host, { host, outcome, changed: 0, failure });
  }
  const work = {
    context,
    prepared,
    rollout,
    results,
    begun: new Set<HostPlan>(),
    halt: new AbortController(),
    verify: batchVerifier(context, sessions),
  };
  stopIfNeeded(work, undefined);
  const backend = context.inventory.backend.name;
  for (const [index, stage] of plan.stages.entries()) {
    if (isOver(work)) break;
    await carryOutStage(work, index, stage);
    if (backendFailed(work)) break;
  }
  if (lost.signal.aborted) results.set(backend, lockLost(context, results.get(backend)?.changed ?? 0));
  const all = finalResults(work);
  for (const { host, outcome, changed } of all) context.emit({ type: 'host.done', host, outcome, changed });
  return all;
}

function backendFailed({ context, results }: Work): boolean {
  const result = results.get(context.inventory.backend.name);
  return result !== undefined && !hasSucceeded(result);
}

const isOver = ({ context, halt }: Work): boolean => context.stop.aborted || halt.signal.aborted;

async function carryOutStage(work: Work, index: number, stage: Stage): Promise<void> {
  const { context, rollout } = work;
  const backend = context.inventory.backend.name;
  const { idle, batches } = makeBatches(stage, backend, rollout, kinds(work));
  for (const hostPlan of idle) await carryOutPart(work, index, hostPlan);
  for (const batch of batches) {
    stopIfNeeded(work, undefined);
    if (isOver(work)) return;
    await carryOutBatch(work, index, batch);
    stopIfNeeded(work, batch);
    if (backendFailed(work)) return;
  }
}

async function carryOutBatch(work: Work, index: number, batch: Batch): Promise<void> {
  const { context, halt } = work;
  const { phase, hosts } = batch;
  context.emit({ type: 'phase.start', phase, hosts: hosts.map(({ host }) => host) });
  const signal = AbortSignal.any([context.stop, halt.signal]);
  await forEachLimited(hosts, context.forks, signal, async (hostPlan) => {
    const { host } = hostPlan;
    const result = await carryOutPart(work, index, hostPlan);
    if (hasSucceeded(result)) context.emit({ type: 'host.passed', host, phase });
    stopIfNeeded(work, undefined);
  });
  if (batch.part === 'canaries' || batch.part === 'batch') await verifyHosts(work, batch);
  context.emit({ type: 'phase.done', phase });
}

/** What a batch left behind is looked at when all its hosts are through: nova-compute may have ended meanwhile. */
async function verifyHosts({ context, results, verify }: Work, { hosts }: Batch): Promise<void> {
  const changed = hosts.filter(({ host }) => results.get(host)?.outcome === 'changed');
  for (const [host, failure] of await verify(changed.map(({ host }) => host))) {
    context.emit({ type: 'host.failed', host, failure });
    results.set(host, { host, outcome: 'failed', changed: results.get(host)?.changed ?? 0, failure });
  }
}

/** One host's part of a stage; undefined where an earlier part of this host did not come out well. */
async function carryOutPart(work: Work, index: number, hostPlan: HostPlan): Promise<HostResult | undefined> {
  const { context, prepared, results, begun } = work;
  const before = results.get(hostPlan.host);
  if (before !== undefined && !hasSucceeded(before)) return undefined;
  begun.add(hostPlan);
  // a client that did not come out well may have mounted still what is exported to it
  const allowed = (plan: HostPlan) => withoutWithdrawals(plan, (client) => hasSucceeded(results.get(client)));
  const { plan: own, waiting } = allowed(hostPlan);
  for (const client of waiting) {
    const text = `the export to ${client} stays, because ${client} did not come out well`;
    context.emit({ type: 'notice', host: hostPlan.host, text });
  }
  const result = await applyHost(context, prepared, index, own, (plan) => allowed(plan).plan);
  results.set(hostPlan.host, before === undefined ? result : addUp(before, result));
  return result;
}

/** What a host's stages come to: as the last one came out, but changed where any of them changed something. */
function addUp(before: HostResult, last: HostResult): HostResult {
  const changed = before.changed + last.changed;
  return { ...last, changed, outcome: last.outcome === 'unchanged' ? before.outcome : last.outcome };
}

/** Sees to it that nothing more is begun where the rollout says so, and tells why. */
function stopIfNeeded(
  { context, prepared, rollout, results, begun, halt }: Work,
  batch: Batch | undefined,
): void {
  if (halt.signal.aborted || context.stop.aborted) return;
  const nodes = context.selected.flatMap(({ name }) => results.get(name) ?? []);
  const reason = reasonToStop(rollout, {
    batch,
    bad: new Set(nodes.filter((result) => !hasSucceeded(result)).map(({ host }) => host)),
    failed: nodes.filter(({ failure }) => failure !== undefined).length,
    total: context.selected.length,
  });
  const parts = prepared.plan.stages.flatMap(({ hosts }) => hosts);
  const left = parts.some((part) => hasWork(part) && !begun.has(part));
  if (reason === undefined || !left) return;
  halt.abort();
  context.emit({ type: 'rollout.stopped', reason });
}

/** Nodes of one kind: the same system, the same form of nova-compute's service, the same changes. */
function kinds({ context, prepared, rollout }: Work): (plan: HostPlan) => string {
  if (typeof rollout.canary !== 'number') return () => '';
  const pool = viewPool(context, prepared.sessions);
  return ({ host, units }) => {
    const changes = units.flatMap((unit) => unit.changes);
    const drifts = changes.map(({ action, type, label }) => [action, type, label]);
    return canonicalJson([nodeKind(pool.vars(host)), drifts]);
  };
}

/** How all hosts of the run came out. A host of which a stage was not begun is skipped, whatever the earlier ones did. */
function finalResults({ context, prepared, results, begun }: Work): readonly HostResult[] {
  const parts = partsByHost(prepared.plan);
  return participants(context).map(({ name }): HostResult => {
    const own = parts.get(name) ?? [];
    const undone = own.some((part) => hasWork(part) && !begun.has(part));
    const result = results.get(name);
    if (result === undefined)
      return { host: name, outcome: own.length > 0 ? 'skipped' : 'unchanged', changed: 0 };
    return undone && hasSucceeded(result) ? { ...result, outcome: 'skipped' } : result;
  });
}

function partsByHost({ stages }: Plan): ReadonlyMap<string, readonly HostPlan[]> {
  const parts = new Map<string, HostPlan[]>();
  for (const part of stages.flatMap(({ hosts }) => hosts)) {
    parts.set(part.host, [...(parts.get(part.host) ?? []), part]);
  }
  return parts;
}

function lockLost({ inventory, emit }: RunContext, changed: number): HostResult {
  const host = inventory.backend.name;
  const failure: Failure = {
    kind: 'lost',
    during: 'holding the run lock',
    cause: 'the lock ended before the run',
  };
  emit({ type: 'host.failed', host, failure });
  return { host, outcome: 'failed', changed, failure };
}
