/** Masks plans and desired states, so that they may be shown and saved. */
import type { JsonObject } from '../core/json.ts';
import { MASK } from '../core/secrets/mask-lines.ts';
import { maskData } from '../core/secrets/mask-data.ts';
import type { OwnWords } from '../core/secrets/mask-data.ts';
import { alsoByName, maskDiff } from '../core/secrets/mask.ts';
import type { MaskText } from '../core/secrets/mask.ts';
import { holdsSecret } from '../core/secrets/secret-names.ts';
import type { DesiredState, Handler, Resource } from '../resources/desired-state.ts';
import type { Change, Plan } from './plan.ts';
import type { Provenance } from './saved-plan.ts';

/**
 * Types whose files fastboot owns whole: their text comes from the playbook. Values that the run knows to be secret are masked
 * there; names are not looked at, because programs and settings speak of passwords without holding one.
 */
const OWN_FILES: readonly string[] = ['file', 'cron', 'kernel_module'];

/** What is not masked in a plan. All other texts are, those of fields that come later too. */
const PLAN_WORDS: OwnWords<Plan> = {
  fastboot: true,
  createdAt: true,
  inventory: true,
  playbook: true,
  limit: true,
  findings: { host: true, check: true, code: true, severity: true },
  stages: {
    hosts: {
      host: true,
      units: {
        changes: {
          id: true,
          type: true,
          action: true,
          risk: true,
          unknown: true,
          dependsOn: true,
          fingerprint: true,
          // these are masked by the type of the resource, in `maskContent`
          params: true,
          before: true,
          after: true,
          diff: true,
        },
      },
    },
  },
  unread: { host: true },
};

/** What is not masked in what a plan was decided from. Parameters are masked before, by the type of their resource. */
const PROVENANCE_WORDS: OwnWords<Provenance> = {
  files: true,
  // how hosts are reached, and the settings of the pool: no password is ever among them
  hosts: true,
  derivation: true,
  selected: true,
  plays: {
    hosts: true,
    names: true,
    desired: {
      '*': { groups: { resources: { type: true, params: true } }, handlers: { type: true, params: true } },
    },
  },
  needsSecrets: true,
};

/**
 * A plan as it may be shown and saved.
 *
 * @param mask masks the secrets that the run knows
 */
export function maskPlan(plan: Plan, mask: MaskText): Plan {
  const masked = maskData(plan, alsoByName(mask), PLAN_WORDS);
  return {
    ...masked,
    stages: masked.stages.map((stage) => ({
      ...stage,
      hosts: stage.hosts.map((host) => ({
        ...host,
        units: host.units.map((unit) => ({
          ...unit,
          changes: unit.changes.map((change) => maskContent(change, mask)),
        })),
      })),
    })),
  };
}

/** What a change reads and writes. What was there before is the host's; what comes may be the playbook's own. */
function maskContent(change: Change, mask: MaskText): Change {
  const own = OWN_FILES.includes(change.type);
  return {
    ...change,
    params: maskParams(change.type, change.params, mask),
    before: maskData(change.before, alsoByName(mask)),
    after: maskData(change.after, own ? mask : alsoByName(mask)),
    ...(change.diff === undefined ? {} : { diff: maskDiff(mask(change.diff), own ? '-' : '+-') }),
  };
}

function maskParams(type: string, params: JsonObject, mask: MaskText): JsonObject {
  if (OWN_FILES.includes(type)) return maskData(params, mask);
  const masked = maskData(params, alsoByName(mask));
  const { option } = masked;
  const isSecret = type === 'ini_option' && typeof option === 'string' && holdsSecret(option);
  return isSecret ? { ...masked, value: MASK } : masked;
}

/** A desired state as it may be saved. */
export function maskDesiredState({ groups, handlers }: DesiredState, mask: MaskText): DesiredState {
  const both = alsoByName(mask);
  const masked = <R extends Resource | Handler>(each: R): R => ({
    ...each,
    task: both(each.task),
    notify: each.notify.map(both),
    params: maskParams(each.resource.type, each.params, mask),
  });
  return {
    groups: groups.map(({ stopDuring, resources }) => ({
      stopDuring: stopDuring === null ? null : both(stopDuring),
      resources: resources.map(masked),
    })),
    handlers: handlers.map(masked),
  };
}

/** What a plan was decided from, as it may be saved; its desired states are masked by `maskDesiredState` before. */
export function maskProvenance(provenance: Provenance, mask: MaskText): Provenance {
  return maskData(provenance, alsoByName(mask), PROVENANCE_WORDS);
}
