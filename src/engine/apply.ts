/** The second half of a run: applies the plan, stage after stage, and verifies it. */
import { isUnreachable } from '../core/failure.ts';
import { canonicalJson } from '../core/json.ts';
import type { HostPlan, Stage } from '../plan/plan.ts';
import { withoutReleases } from '../plan/cross-host.ts';
import { nodeKind } from '../pool/nodes/canary-kind.ts';
import { applyHost } from './apply-host.ts';
import type { RunContext } from './context.ts';
import { viewPool } from './decide-desired-state.ts';
import { finalResults, lockLostResult } from './final-results.ts';
import { forEachLimited } from './for-each-limited.ts';
import { addResults, hasSucceeded, whatHappened } from './host-result.ts';
import type { HostResult } from './host-result.ts';
import type { Prepared } from './read-and-plan.ts';
import { ALL_AT_ONCE, hasWork, makeBatches, reasonToStop } from './rollout.ts';
import type { Batch, Rollout } from './rollout.ts';
import { batchVerifier } from './verify-batch.ts';
import type { VerifyBatch } from './verify-batch.ts';

export type { HostResult } from './host-result.ts';

/** A run that applies its plan. */
interface Work {
  readonly context: RunContext;
  readonly prepared: Prepared;
  readonly rollout: Rollout;
  /** The results so far, by host. */
  readonly results: Map<string, HostResult>;
  /** What was started: a host's part of a stage. */
  readonly started: Set<HostPlan>;
  /** Aborted: no more hosts are started. Those that were started finish. */
  readonly halt: AbortController;
  readonly verify: VerifyBatch;
}

/**
 * Applies a plan: the stages one after the other, the hosts of a stage side by side or in the batches of the rollout.
 *
 * After its changes each host is read and planned again: a change that is left over is a failure. A host that fails stops
 * only itself. Nothing more is started when the backend fails or is blocked, when the rollout stops, or when the run lock is
 * lost.
 */
export async function applyPlan(
  run: RunContext,
  prepared: Prepared,
  rollout: Rollout = ALL_AT_ONCE,
): Promise<readonly HostResult[]> {
  const { plan, sessions } = prepared;
  const lost = new AbortController();
  // the lock is released after this function; if it ends earlier, another run may start, so this one must stop
  void sessions.lock?.ended.then(() => lost.abort());
  const context = { ...run, stop: AbortSignal.any([run.stop, lost.signal]) };
  const work: Work = {
    context,
    prepared,
    rollout,
    results: unreadResults(prepared),
    started: new Set(),
    halt: new AbortController(),
    verify: batchVerifier(context, sessions),
  };
  haltIfNeeded(work, undefined);
  for (const [index, stage] of plan.stages.entries()) {
    if (isStopped(work)) break;
    await applyStage(work, index, stage);
    if (hasBackendFailed(work)) break;
  }
  if (lost.signal.aborted) {
    const backend = context.inventory.backend.name;
    work.results.set(backend, lockLostResult(context, work.results.get(backend)?.changed ?? 0));
  }
  const all = finalResults(context, plan, work.results, work.started);
  for (const { host, outcome, changed } of all) context.emit({ type: 'host.done', host, outcome, changed });
  return all;
}

/** The results of the hosts that could not be read. */
function unreadResults({ sessions }: Prepared): Map<string, HostResult> {
  const results = new Map<string, HostResult>();
  for (const [host, failure] of sessions.failures) {
    const outcome = isUnreachable(failure) ? 'unreachable' : 'failed';
    results.set(host, { host, outcome, changed: 0, failure });
  }
  return results;
}

function hasBackendFailed({ context, results }: Work): boolean {
  const result = results.get(context.inventory.backend.name);
  return result !== undefined && !hasSucceeded(result);
}

const isStopped = ({ context, halt }: Work): boolean => context.stop.aborted || halt.signal.aborted;

async function applyStage(work: Work, index: number, stage: Stage): Promise<void> {
  const { context, rollout } = work;
  const { idle, batches } = makeBatches(stage, context.inventory.backend.name, rollout, kindOfNode(work));
  for (const hostPlan of idle) await applyPart(work, index, hostPlan);
  for (const batch of batches) {
    haltIfNeeded(work, undefined);
    if (isStopped(work)) return;
    await applyBatch(work, index, batch);
    haltIfNeeded(work, batch);
    if (hasBackendFailed(work)) return;
  }
}

async function applyBatch(work: Work, index: number, batch: Batch): Promise<void> {
  const { context, halt } = work;
  const { phase, hosts } = batch;
  context.emit({ type: 'phase.start', phase, hosts: hosts.map(({ host }) => host) });
  const signal = AbortSignal.any([context.stop, halt.signal]);
  await forEachLimited(hosts, context.forks, signal, async (hostPlan) => {
    const { host } = hostPlan;
    const result = await applyPart(work, index, hostPlan);
    if (hasSucceeded(result)) context.emit({ type: 'host.passed', host, phase });
    haltIfNeeded(work, undefined);
  });
  if (batch.part === 'canaries' || batch.part === 'batch') await verifyHosts(work, batch);
  context.emit({ type: 'phase.done', phase });
}

/** Looks at the hosts of a batch once more when all of them are done: nova-compute may have ended meanwhile. */
async function verifyHosts({ context, results, verify }: Work, { hosts }: Batch): Promise<void> {
  const changed = hosts.filter(({ host }) => results.get(host)?.outcome === 'changed');
  for (const [host, failure] of await verify(changed.map(({ host }) => host))) {
    context.emit({ type: 'host.failed', host, failure });
    results.set(host, { host, outcome: 'failed', changed: results.get(host)?.changed ?? 0, failure });
  }
}

/** Applies one host's part of a stage; undefined where the host did not succeed in an earlier stage. */
async function applyPart(work: Work, index: number, hostPlan: HostPlan): Promise<HostResult | undefined> {
  const { context, prepared, results, started } = work;
  const before = results.get(hostPlan.host);
  if (before !== undefined && !hasSucceeded(before)) return undefined;
  started.add(hostPlan);
  // a host that did not succeed may still use what would be taken away from it
  const split = (plan: HostPlan) => withoutReleases(plan, (client) => hasSucceeded(results.get(client)));
  const { plan: own, waiting } = split(hostPlan);
  for (const client of waiting) {
    const result = results.get(client);
    const why = result === undefined ? 'was not changed in this run' : whatHappened(result.outcome);
    const text = `The access of ${client} stays, because ${client} ${why}. Run again.`;
    context.emit({ type: 'notice', host: hostPlan.host, text });
  }
  const result = await applyHost(context, prepared, index, own, (plan) => split(plan).plan);
  results.set(hostPlan.host, before === undefined ? result : addResults(before, result));
  return result;
}

/** Makes sure that no more hosts are started where the rollout says so, and says why. */
function haltIfNeeded(work: Work, batch: Batch | undefined): void {
  const { context, prepared, rollout, results, started, halt } = work;
  if (isStopped(work)) return;
  const nodes = context.selected.flatMap(({ name }) => results.get(name) ?? []);
  const bad = nodes.filter((result) => !hasSucceeded(result));
  const reason = reasonToStop(rollout, {
    batch,
    bad: new Map(bad.map(({ host, outcome }) => [host, outcome])),
    failed: nodes.filter(({ failure }) => failure !== undefined).length,
    total: context.selected.length,
  });
  const parts = prepared.plan.stages.flatMap(({ hosts }) => hosts);
  const isAnyLeft = parts.some((part) => hasWork(part) && !started.has(part));
  if (reason === undefined || !isAnyLeft) return;
  halt.abort();
  context.emit({ type: 'rollout.stopped', reason });
}

/** Nodes of one kind have the same system, the same form of nova-compute's service, and the same changes. */
function kindOfNode({ context, prepared, rollout }: Work): (plan: HostPlan) => string {
  if (typeof rollout.canary !== 'number') return () => '';
  const pool = viewPool(context, prepared.sessions);
  return ({ host, units }) => {
    const changes = units.flatMap((unit) => unit.changes);
    const outline = changes.map(({ action, type, label }) => [action, type, label]);
    return canonicalJson([nodeKind(pool.vars(host)), outline]);
  };
}
