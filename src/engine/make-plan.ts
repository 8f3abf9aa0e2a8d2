/** Makes the plan of a run from what was read. Pure. */
import type { Failure } from '../core/failure.ts';
import { isUnreachable } from '../core/failure.ts';
import type { State } from '../facts/state.ts';
import { buildHostPlan } from '../plan/build.ts';
import type { ListedChange } from '../plan/change-list.ts';
import { isBlocked } from '../plan/plan.ts';
import type { HostPlan, Plan, Stage } from '../plan/plan.ts';
import { linkHosts } from '../plan/cross-host.ts';
import type { PoolView } from '../pool/derivation.ts';
import { participants } from './context.ts';
import type { RunContext } from './context.ts';
import { blocksOf, pendingHandlers, targets } from './decide-desired-state.ts';
import type { DesiredStates } from './decide-desired-state.ts';
import type { Sessions } from './sessions.ts';

/** The plan of all hosts that could be read. */
export function makePlan(
  context: RunContext,
  sessions: Sessions,
  pool: PoolView,
  desired: ReadonlyMap<string, DesiredStates>,
): Plan {
  const { inventory, playbook } = context;
  return {
    formatVersion: 1,
    fastboot: context.version,
    createdAt: new Date(context.wallNow() * 1000).toISOString(),
    inventory: { file: inventory.file, digest: inventory.digest },
    playbook: { file: playbook.file, digest: playbook.digest },
    limit: context.limit,
    findings: pool.findings,
    stages: makeStages(context, sessions, pool, desired),
    // in the inventory's order, not in the order of the failures: the same state gives the same plan
    unread: participants(context).flatMap(({ name: host }) => {
      const failure = sessions.failures.get(host);
      return failure === undefined ? [] : [{ host, reason: unreadReason(failure) }];
    }),
  };
}

/** Why a host could not be read, in a few words. The `host.failed` event has all details. */
function unreadReason(failure: Failure): string {
  const what = isUnreachable(failure) ? 'unreachable' : 'could not be read';
  const why = 'reason' in failure ? failure.reason : 'detail' in failure ? failure.detail : failure.kind;
  return `${what}: ${why}`;
}

/** What the plays so far have planned for a host. */
interface HostProgress {
  /** The state of the host after these plays. */
  readonly state: State;
  readonly changes: readonly ListedChange[];
}

/** One stage a play. Each play sees the state that the plays before it will leave on the host. */
function makeStages(
  context: RunContext,
  sessions: Sessions,
  pool: PoolView,
  desired: ReadonlyMap<string, DesiredStates>,
): readonly Stage[] {
  const backend = context.inventory.backend.name;
  const progress = new Map<string, HostProgress>();
  const stages: Stage[] = [];
  for (const play of context.playbook.plays) {
    const names = participants(context)
      .filter((host) => targets(play, host) && sessions.open.has(host.name))
      .map((host) => host.name);
    const hosts = names.map((host): HostPlan => {
      const before = progress.get(host) ?? { state: stateOf(sessions, host), changes: [] };
      const blocks = blocksOf(pool, host);
      const own = desired.get(host)?.get(play);
      const nothing: HostPlan = { host, units: [] };
      // the blocked changes of a host are in its first stage; its other stages change nothing
      if (isBlockedIn(stages, host)) return nothing;
      // later stages do not start when the backend is blocked, so only blocking findings are planned for them
      const isPlanned = own !== undefined && !isBlockedIn(stages, backend);
      if (!isPlanned && blocks.length === 0) return nothing;
      const built = buildHostPlan({
        host,
        desired: own ?? { groups: [], handlers: [] },
        state: before.state,
        pending: pendingHandlers(before.state),
        blocks,
        earlier: before.changes,
      });
      progress.set(host, { state: built.state, changes: built.changes });
      return built.plan;
    });
    stages.push({ name: play.name, essential: names.includes(backend), hosts });
  }
  return linkHosts(stages);
}

function stateOf({ open }: Sessions, host: string): State {
  const session = open.get(host);
  if (session === undefined) throw new Error(`not connected: ${host}`);
  return session.state;
}

function isBlockedIn(stages: readonly Stage[], host: string): boolean {
  return stages.some(({ hosts }) => hosts.some((plan) => plan.host === host && isBlocked(plan)));
}
