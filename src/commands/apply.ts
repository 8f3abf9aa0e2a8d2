/** `fastboot apply`: brings hosts to what the inventory, or a saved plan, says. */
import { loadApplyTarget } from './run/apply-target.ts';
import { change } from './run/apply-run.ts';
import { canConfirm } from './run/consent.ts';
import { print } from './run/environment.ts';
import type { Environment } from './run/environment.ts';
import { EXIT } from './run/exit-code.ts';
import type { ChangeOptions } from './run/options.ts';
import { rolloutOf } from './run/rollout.ts';
import type { RolloutOptions } from './run/rollout.ts';
import { plan } from './plan.ts';
import type { PlanOptions } from './plan.ts';

/** The options of `apply`: those of `plan` count with --dry-run. */
export interface ApplyOptions extends PlanOptions, ChangeOptions, RolloutOptions {
  /** Only the plan. */
  readonly dryRun: boolean;
  /** The same as `dryRun`. */
  readonly check: boolean;
}

/** Gives the exit code. */
export async function apply(file: string, options: ApplyOptions, environment: Environment): Promise<number> {
  const refuse = (why: string): number => {
    print(environment.stderr, why);
    return EXIT.usage;
  };
  if (options.dryRun || options.check) return plan(file, options, environment);
  if (options.out !== undefined)
    return refuse('error: --out saves a plan: use it with `fastboot plan` or --dry-run');
  if (options.diffAgainst !== undefined)
    return refuse('error: --diff-against compares plans: use it with `fastboot plan` or --dry-run');
  if (!canConfirm('apply', 'with `fastboot plan`', options, environment)) return EXIT.usage;
  const target = await loadApplyTarget(file, options, environment);
  if (target === undefined) return EXIT.usage;
  const rollout = rolloutOf(options, target.loaded.inventory);
  if (!rollout.ok) return refuse(rollout.error);
  return change({ ...target, command: 'apply', rollout: rollout.value }, options, environment);
}
