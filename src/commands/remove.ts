import { join } from 'node:path';
import { suggest } from '../core/suggest.ts';
import { ALL_AT_ONCE } from '../engine/rollout.ts';
import type { Host, Inventory } from '../inventory/inventory.ts';
import { selectHosts } from '../inventory/pattern.ts';
import { derivations } from '../pool/derivations.ts';
import { compressHosts } from '../report/terminal/host-range.ts';
import { change, mayAsk } from './run/change.ts';
import { print } from './run/environment.ts';
import type { Environment } from './run/environment.ts';
import { EXIT } from './run/exit-code.ts';
import { load } from './run/load.ts';
import type { RemoveOptions } from './run/options.ts';
import { dryRun } from './plan.ts';

/**
 * Takes compute nodes out of the pool without hurting their VMs: base files that disks need are copied back beneath the
 * mount, the pool is unmounted, settings become what they were, and the exports are withdrawn last. It is a plan like
 * that of `apply`, made from a playbook of its own.
 *
 * @param patterns names of compute nodes, or patterns as for `--limit`
 */
export async function remove(
  file: string,
  patterns: readonly string[],
  options: RemoveOptions,
  environment: Environment,
): Promise<number> {
  if (!options.dryRun && !mayAsk('remove', 'with --dry-run', options, environment)) return EXIT.usage;
  const playbook = join(environment.packageRoot, 'playbooks', 'remove.yaml');
  const loaded = await load(file, { ...options, playbook }, environment);
  if (loaded === undefined) return EXIT.usage;
  const chosen = chooseNodes(loaded.inventory, patterns, loaded.selected);
  if (typeof chosen === 'string') {
    print(environment.stderr, `${chosen}. Nothing was touched.`);
    return EXIT.usage;
  }
  const limit = chosen.map(({ name }) => name).join(',');
  const wanted = { ...options, limit };
  const order = { ...loaded, derivation: derivations.remove, selected: chosen };
  if (options.dryRun) return dryRun(order, wanted, environment);
  return change(
    {
      command: 'remove',
      loaded: order,
      saved: undefined,
      changed: [],
      rollout: ALL_AT_ONCE,
      afterwards: () => afterwards(chosen),
    },
    wanted,
    environment,
  );
}

/** The compute nodes that the patterns mean, as far as `--limit` lets them; else what is wrong. */
function chooseNodes(
  inventory: Inventory,
  patterns: readonly string[],
  within: readonly Host[],
): readonly Host[] | string {
  const found = selectHosts(inventory, patterns.join(','));
  if (!found.ok) {
    // a group in place of a name would take out more nodes than were meant
    const [wrong = ''] = patterns.filter((pattern) => !selectHosts(inventory, pattern).ok);
    const near = suggest(
      wrong,
      inventory.compute.map(({ name }) => name),
    );
    const [problem = ''] = found.error.split('; did you mean');
    return near === undefined ? problem : `${problem} (did you mean \`${near}\`?)`;
  }
  const compute = new Set(inventory.compute.map(({ name }) => name));
  const other = found.value.find(({ name }) => !compute.has(name));
  if (other !== undefined)
    return `${other.name} is not in the group compute, and only compute nodes can be removed`;
  const chosen = found.value.filter((host) => within.includes(host));
  return chosen.length === 0 ? '--limit leaves none of these hosts' : chosen;
}

function afterwards(nodes: readonly Host[]): string {
  const names = compressHosts(nodes.map(({ name }) => name));
  return `Take ${names} out of the inventory now, or the next apply brings the pool back there. Packages, and what fastboot kept in /var/lib/fastboot, stay.`;
}
