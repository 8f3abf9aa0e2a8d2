import type { JsonObject } from '../core/json.ts';
import { holdsSecret, mapTexts, MASK, maskAssignments } from '../core/mask.ts';
import type { Handler, Resource, DesiredState } from '../resources/desired-state.ts';
import type { Change, Plan } from './plan.ts';

/** Replaces the secrets that a run knows of in a text. */
export type MaskText = (text: string) => string;

/** Types whose files fastboot owns whole: what a playbook writes there is no one else's secret. */
const OWN_FILES = ['file', 'cron', 'kernel_module'];

/**
 * A plan as it may be shown and saved. Values that the run knows to be secret are masked everywhere; what was read from a
 * host, and all of shared files, also by the names of options (nova.conf holds passwords).
 */
export function maskPlan(plan: Plan, mask: MaskText): Plan {
  const both: MaskText = (text) => maskAssignments(mask(text));
  return {
    ...plan,
    findings: mapTexts(plan.findings, both),
    unread: mapTexts(plan.unread, both),
    stages: plan.stages.map((stage) => ({
      ...stage,
      hosts: stage.hosts.map(({ host, units }) => ({
        host,
        units: units.map((unit) => ({
          ...unit,
          changes: unit.changes.map((change) => maskChange(change, mask)),
        })),
      })),
    })),
  };
}

function maskChange(change: Change, mask: MaskText): Change {
  const both: MaskText = (text) => maskAssignments(mask(text));
  const own = OWN_FILES.includes(change.type);
  return {
    ...change,
    label: both(change.label),
    resource: both(change.resource),
    params: maskParams(change.type, change.params, mask),
    before: mapTexts(change.before, both),
    after: mapTexts(change.after, own ? mask : both),
    reason: both(change.reason),
    ...(change.diff === undefined ? {} : { diff: maskAssignments(mask(change.diff), own ? '- ' : '+- ') }),
    ...(change.remedy === undefined ? {} : { remedy: both(change.remedy) }),
  };
}

function maskParams(type: string, params: JsonObject, mask: MaskText): JsonObject {
  if (OWN_FILES.includes(type)) return mapTexts(params, mask);
  const masked = mapTexts(params, (text) => maskAssignments(mask(text)));
  const { option } = masked;
  const isSecret = type === 'ini_option' && typeof option === 'string' && holdsSecret(option);
  return isSecret ? { ...masked, value: MASK } : masked;
}

/** A desired state as it may be saved. */
export function maskDesiredState({ groups, handlers }: DesiredState, mask: MaskText): DesiredState {
  const masked = <R extends Resource | Handler>(each: R): R => ({
    ...each,
    task: mask(each.task),
    params: maskParams(each.resource.type, each.params, mask),
  });
  return {
    groups: groups.map(({ stopDuring, resources }) => ({ stopDuring, resources: resources.map(masked) })),
    handlers: handlers.map(masked),
  };
}
