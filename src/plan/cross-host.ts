/** Changes on one host that depend on changes on another: the resource types say which, by `crossHost`. */
import type { CrossHost } from '../resources/resource.ts';
import { resourceTypes } from '../resources/index.ts';
import { isBlocked, planChanges } from './plan.ts';
import type { Change, HostPlan, Stage } from './plan.ts';

function crossHostOf({ type }: Change): CrossHost | undefined {
  return resourceTypes[type]?.crossHost;
}

/** What a change gives to other hosts; undefined where it gives nothing. */
function offerOf(change: Change): string | undefined {
  return crossHostOf(change)?.offers?.(change.params);
}

/** What a change needs of another host; undefined where it needs nothing. */
function needOf(change: Change): string | undefined {
  return crossHostOf(change)?.needs?.(change.params, change);
}

/** The host that a change takes something away from; undefined where it takes nothing. */
function releaserOf(change: Change): string | undefined {
  return crossHostOf(change)?.releases?.(change.params);
}

/**
 * The stages with every dependency between hosts. A change that needs something depends on the changes of other hosts that
 * offer it. A change that takes something away from a host depends on what that host does before, and is left out while
 * that host is blocked.
 */
export function linkHosts(stages: readonly Stage[]): readonly Stage[] {
  return linkReleases(linkOffers(stages));
}

function linkOffers(stages: readonly Stage[]): readonly Stage[] {
  const offering = planChanges({ stages }).filter((change) => offerOf(change) !== undefined);
  if (offering.length === 0) return stages;
  return mapChanges(stages, (change, host) => {
    const need = needOf(change);
    const needed = offering.filter(
      (other) => need !== undefined && other.host !== host && offerOf(other) === need,
    );
    return { ...change, dependsOn: [...needed.map(({ id }) => id), ...change.dependsOn] };
  });
}

function linkReleases(stages: readonly Stage[]): readonly Stage[] {
  const changes = planChanges({ stages });
  if (!changes.some((change) => releaserOf(change) !== undefined)) return stages;
  const blocked = new Set(stages.flatMap(({ hosts }) => hosts.filter(isBlocked).map(({ host }) => host)));
  const kept = stages.map((stage) => ({
    ...stage,
    hosts: stage.hosts.map((plan) => withoutReleases(plan, (host) => !blocked.has(host)).plan),
  }));
  return mapChanges(kept, (change) => {
    const releaser = releaserOf(change);
    if (releaser === undefined) return change;
    const own = changes.filter(({ host, action }) => host === releaser && action !== 'deferred');
    const implied = new Set(own.flatMap(({ dependsOn }) => dependsOn));
    const needed = own.map(({ id }) => id).filter((id) => !implied.has(id));
    return { ...change, dependsOn: [...needed, ...change.dependsOn] };
  });
}

function mapChanges(
  stages: readonly Stage[],
  map: (change: Change, host: string) => Change,
): readonly Stage[] {
  return stages.map((stage) => ({
    ...stage,
    hosts: stage.hosts.map(({ host, units }) => ({
      host,
      units: units.map((unit) => ({
        ...unit,
        changes: unit.changes.map((change) => map(change, host)),
      })),
    })),
  }));
}

/**
 * A host's plan without the changes that take something away from hosts which have not released it, and the names of
 * these hosts.
 */
export function withoutReleases(
  plan: HostPlan,
  hasReleased: (host: string) => boolean,
): { readonly plan: HostPlan; readonly waiting: readonly string[] } {
  const waitsFor = (change: Change): readonly string[] => {
    const releaser = releaserOf(change);
    return releaser === undefined || hasReleased(releaser) ? [] : [releaser];
  };
  const waiting = plan.units.flatMap(({ changes }) => changes.flatMap(waitsFor));
  if (waiting.length === 0) return { plan, waiting };
  const units = plan.units
    .map((unit) => ({ ...unit, changes: unit.changes.filter((change) => waitsFor(change).length === 0) }))
    .filter(({ changes, settles }) => changes.length > 0 || settles.length > 0);
  return { plan: { ...plan, units }, waiting };
}
