/** Plans a host again after its changes were made, to verify them. */
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { buildHostPlan } from '../plan/build.ts';
import type { HostPlan } from '../plan/plan.ts';
import type { Play } from '../playbook/playbook.ts';
import { desiredQueries } from '../resources/desired-state.ts';
import type { RunContext } from './context.ts';
import { blocksOf, pendingHandlers, viewPool } from './decide-desired-state.ts';
import type { Session, Sessions } from './sessions.ts';

/**
 * The plan of one play for a host, made from what was read after its changes. A change that is left in it did not have the
 * planned effect. The error says why no plan can be made any more.
 */
export function replan(
  context: RunContext,
  sessions: Sessions,
  session: Session,
  play: Play,
): Result<HostPlan, string> {
  const { host, state } = session;
  const pool = viewPool(context, sessions);
  const desired = context.resolve(play, host, pool.vars(host.name));
  if (!desired.ok) return err(`${desired.error.task}: ${desired.error.message}`);
  const unread = desiredQueries(desired.value).find((query) => !state.has(query));
  if (unread !== undefined) return err(`the desired state needs a fact that was not read: ${unread.key}`);
  const built = buildHostPlan({
    host: host.name,
    desired: desired.value,
    state,
    pending: pendingHandlers(state),
    blocks: blocksOf(pool, host.name),
  });
  return ok(built.plan);
}
