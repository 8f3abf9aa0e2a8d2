/** Checks the hosts of a batch before more hosts are started. */
import type { Failure } from '../core/failure.ts';
import type { State } from '../facts/state.ts';
import { nodeHealth, poolNames } from '../pool/nodes/health-after-change.ts';
import type { NodeHealth } from '../pool/nodes/health-after-change.ts';
import type { PoolView } from '../pool/derivation.ts';
import type { RunContext } from './context.ts';
import { gather } from './gather.ts';
import { forEachLimited } from './for-each-limited.ts';
import type { Session, Sessions } from './sessions.ts';
import { viewPool } from './decide-desired-state.ts';

/** Reads the changed hosts of a batch once more. Gives the failures by host. */
export type VerifyBatch = (hosts: readonly string[]) => Promise<ReadonlyMap<string, Failure>>;

/**
 * Must be called before the first change: it compares with the hosts as they were then. A batch needs one script on each of
 * its hosts. The first batch also needs one on the backend, whose failure is given under the backend's name.
 */
export function batchVerifier(context: RunContext, sessions: Sessions): VerifyBatch {
  const before = new Map([...sessions.open].map(([name, { state }]) => [name, state]));
  let names: Promise<readonly string[] | Failure> | undefined;
  return async (hosts) => {
    const faults = new Map<string, Failure>();
    const changed = hosts.flatMap((name) => sessions.open.get(name) ?? []);
    if (changed.length === 0) return faults;
    const pool = viewPool(context, sessions);
    const first = changed.map((session) => healthOf(context, pool, before, session, []));
    if (first.every((health) => health === undefined)) return faults;
    const found = await (names ??= readPoolNames(context, sessions));
    if (context.stop.aborted) return faults;
    if ('kind' in found) return faults.set(context.inventory.backend.name, found);
    await forEachLimited(changed, context.forks, context.stop, async (session) => {
      const health = healthOf(context, pool, before, session, found);
      const failure = health && (await checkHost(context, session, health));
      if (failure !== undefined && !context.stop.aborted) faults.set(session.host.name, failure);
    });
    return faults;
  };
}

function healthOf(
  { inventory }: RunContext,
  pool: PoolView,
  states: ReadonlyMap<string, State>,
  { host, state: now }: Session,
  names: readonly string[],
): NodeHealth | undefined {
  const before = states.get(host.name);
  const vars = pool.vars(host.name);
  return before && nodeHealth({ inventory, host, before, now, vars, names });
}

/** Reads one host; the failure, or undefined where the host is healthy. */
async function checkHost(
  context: RunContext,
  session: Session,
  { queries, fault }: NodeHealth,
): Promise<Failure | undefined> {
  if (queries.length === 0) return undefined;
  context.emit({ type: 'host.step', host: session.host.name, step: 'checking the pool and nova-compute' });
  const read = await gather(session.connection, queries, gatherOptions(context));
  if (!read.ok) return read.error;
  const found = fault(read.value.state);
  return found && { kind: 'not-as-planned', ...found };
}

async function readPoolNames(context: RunContext, sessions: Sessions): Promise<readonly string[] | Failure> {
  const backend = sessions.open.get(context.inventory.backend.name);
  if (backend === undefined) return [];
  const query = poolNames(context.inventory);
  const read = await gather(backend.connection, [query], gatherOptions(context));
  return read.ok ? read.value.state.read(query) : read.error;
}

function gatherOptions({ nonce, taskTimeoutSeconds, stop, wallNow }: RunContext) {
  return { nonce: nonce(), timeoutSeconds: taskTimeoutSeconds, stop, now: wallNow };
}
