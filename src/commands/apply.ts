import { change, mayAsk } from './run/change.ts';
import { print } from './run/environment.ts';
import type { Environment } from './run/environment.ts';
import { EXIT } from './run/exit-code.ts';
import { loadApplyTarget } from './run/apply-target.ts';
import type { ApplyOptions } from './run/options.ts';
import { rolloutOf } from './run/rollout.ts';

/** Brings hosts to what the inventory, or a saved plan, says. */
export async function apply(file: string, options: ApplyOptions, environment: Environment): Promise<number> {
  if (!mayAsk('apply', 'with `fastboot plan`', options, environment)) return EXIT.usage;
  const given = await loadApplyTarget(file, options, environment);
  if (given === undefined) return EXIT.usage;
  const { loaded, saved, changed } = given;
  const rollout = rolloutOf(options, loaded.inventory);
  if (!rollout.ok) {
    print(environment.stderr, rollout.error);
    return EXIT.usage;
  }
  return change({ command: 'apply', loaded, saved, changed, rollout: rollout.value }, options, environment);
}
