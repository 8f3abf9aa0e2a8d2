import { isBlocked, planChanges } from './plan.ts';
import type { Change, HostPlan, Stage } from './plan.ts';

/** The host whose export a change withdraws: it must have let go of what is exported before (fact 18). */
function clientOf({ type, params }: Change): string | undefined {
  const { state, host } = params;
  return type === 'nfs_export' && state === 'absent' && typeof host === 'string' ? host : undefined;
}

/** The stages with every withdrawn export depending on its client's changes, and without those of clients that are blocked. */
export function linkWithdrawals(stages: readonly Stage[]): readonly Stage[] {
  const plans = stages.flatMap(({ hosts }) => hosts);
  const changes = planChanges({ stages });
  if (!changes.some((change) => clientOf(change) !== undefined)) return stages;
  const blocked = new Set(plans.filter(isBlocked).map(({ host }) => host));
  const link = (change: Change): Change => {
    const client = clientOf(change);
    if (client === undefined) return change;
    const own = changes.filter(({ host, action }) => host === client && action !== 'deferred');
    const implied = new Set(own.flatMap(({ dependsOn }) => dependsOn));
    const needed = own.map(({ id }) => id).filter((id) => !implied.has(id));
    return { ...change, dependsOn: [...needed, ...change.dependsOn] };
  };
  return stages.map((stage) => ({
    ...stage,
    hosts: stage.hosts
      .map((plan) => withoutWithdrawals(plan, (client) => !blocked.has(client)).plan)
      .map(({ host, units }) => ({
        host,
        units: units.map((unit) => ({ ...unit, changes: unit.changes.map(link) })),
      })),
  }));
}

/** A host's plan without the exports whose clients have not let go, and who these are. */
export function withoutWithdrawals(
  plan: HostPlan,
  letGo: (client: string) => boolean,
): { readonly plan: HostPlan; readonly waiting: readonly string[] } {
  const waits = (change: Change): boolean => {
    const client = clientOf(change);
    return client !== undefined && !letGo(client);
  };
  const waiting = plan.units.flatMap(({ changes }) =>
    changes.filter(waits).flatMap((each) => clientOf(each) ?? []),
  );
  if (waiting.length === 0) return { plan, waiting };
  const units = plan.units
    .map((unit) => ({ ...unit, changes: unit.changes.filter((change) => !waits(change)) }))
    .filter(({ changes, settles }) => changes.length > 0 || settles.length > 0);
  return { plan: { ...plan, units }, waiting };
}
