/** A unit: changes that belong together. */
import { unitName } from '../formats/systemd.ts';
import type { Handler, ResourceGroup } from '../resources/desired-state.ts';
import type { Change } from './change.ts';

/** A host finishes a unit that it has begun, also when the run is interrupted. */
export interface Unit {
  /**
   * The systemd unit that is stopped before the first change with risk `io`, or null. It is started again at the end of
   * this unit, if it was active.
   */
  readonly stopDuring: string | null;
  readonly changes: readonly Change[];
  /** Pending handlers that need not run any more once this unit is done: it ran them, or restarted their service. */
  readonly settles: readonly string[];
}

/**
 * The unit of a group's changes.
 *
 * @param pending handlers that are pending before this unit
 */
export function makeUnit(
  group: ResourceGroup,
  changes: readonly Change[],
  handlers: readonly Handler[],
  pending: ReadonlySet<string>,
): Unit {
  const stops = changes.some(({ risk }) => risk === 'io');
  const stopDuring = stops ? group.stopDuring : null;
  const settled = handlers.filter((handler) => isSettled(handler, stopDuring, changes, pending));
  return { stopDuring, changes, settles: settled.map(({ task }) => task) };
}

/**
 * Whether a unit makes a restart unnecessary. A restart is unnecessary where the unit starts the service anyway. The
 * handler must have been notified before that start: then the service runs with all that was changed.
 */
function isSettled(
  handler: Handler,
  stopDuring: string | null,
  changes: readonly Change[],
  pending: ReadonlySet<string>,
): boolean {
  const service = restartedService(handler);
  if (service === undefined) return false;
  const notifiers = changesBeforeStart(service, stopDuring, changes);
  if (notifiers === undefined) return false;
  return pending.has(handler.task) || notifiers.some(({ notify }) => notify.includes(handler.task));
}

/** The changes of a unit that are made before it starts a service; undefined where it does not start the service. */
function changesBeforeStart(
  service: string,
  stopDuring: string | null,
  changes: readonly Change[],
): readonly Change[] | undefined {
  // a service that is stopped during the unit is started at its end
  if (stopDuring !== null && unitName(stopDuring) === service) return changes;
  const start = changes.findIndex((change) => startsService(change, service));
  return start < 0 ? undefined : changes.slice(0, start + 1);
}

/** The service that a handler restarts; undefined where it does something else. */
function restartedService({ resource, params }: Handler): string | undefined {
  const { name, state } = params;
  const restarts = state === 'restarted' || state === 'try-restarted';
  return resource.type === 'service' && restarts && typeof name === 'string' ? unitName(name) : undefined;
}

function startsService({ type, label, after }: Change, service: string): boolean {
  return type === 'service' && label === service && (after as { run?: string } | null)?.run === 'start';
}
