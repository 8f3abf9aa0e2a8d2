/**
 * `fastboot remove`: takes compute nodes out of the pool without harming their VMs. It is a plan like that of `apply`, with
 * another playbook.
 */
import { ALL_AT_ONCE } from '../engine/rollout.ts';
import type { Host } from '../inventory/inventory.ts';
import { compressHosts } from '../report/terminal/host-range.ts';
import { change } from './run/apply-run.ts';
import { chooseNodes } from './run/departing-nodes.ts';
import { canConfirm } from './run/consent.ts';
import { print } from './run/environment.ts';
import type { Environment } from './run/environment.ts';
import { EXIT } from './run/exit-code.ts';
import { load } from './run/load.ts';
import { makePlan } from './run/plan-run.ts';
import type { ChangeOptions, ExitOptions } from './run/options.ts';

/** The options of `remove`. */
export interface RemoveOptions extends ChangeOptions, ExitOptions {
  /** Only the plan. */
  readonly dryRun: boolean;
  /** The same as `dryRun`. */
  readonly check: boolean;
}

/**
 * Gives the exit code.
 *
 * @param patterns names of compute nodes, or patterns as for `--limit`
 */
export async function remove(
  file: string,
  patterns: readonly string[],
  options: RemoveOptions,
  environment: Environment,
): Promise<number> {
  const dryRun = options.dryRun || options.check;
  if (!dryRun && !canConfirm('remove', 'with --dry-run', options, environment)) return EXIT.usage;
  const read = await load(file, options, environment, 'remove');
  if (read === undefined) return EXIT.usage;
  const nodes = chooseNodes(read.inventory, patterns, read.selected);
  if (!nodes.ok) {
    print(environment.stderr, `${nodes.error}. Nothing was touched.`);
    return EXIT.usage;
  }
  const loaded = { ...read, selected: nodes.value };
  const limited = { ...options, limit: nodes.value.map(({ name }) => name).join(',') };
  if (dryRun) return makePlan(loaded, limited, environment);
  const request = { command: 'remove', loaded, saved: undefined, changed: [], rollout: ALL_AT_ONCE };
  return change({ ...request, afterwards: () => afterwards(nodes.value) }, limited, environment);
}

function afterwards(nodes: readonly Host[]): string {
  const names = compressHosts(nodes.map(({ name }) => name));
  return `Take ${names} out of the inventory now. Otherwise the next apply brings the pool back there. Packages and /var/lib/fastboot stay.`;
}
