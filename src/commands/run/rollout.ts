/** The options that say how a run goes over the compute nodes. */
import { err, ok } from '../../core/result.ts';
import type { Result } from '../../core/result.ts';
import type { Rollout, Share } from '../../engine/rollout.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { selectHosts } from '../../inventory/pattern.ts';

export type { Share } from '../../engine/rollout.ts';

/** How a run goes over the compute nodes, as options. */
export interface RolloutOptions {
  readonly serial: Share | undefined;
  /** A number of hosts, or a host pattern. */
  readonly canary: number | string | undefined;
  readonly maxFailures: Share | undefined;
}

/**
 * The rollout that the options ask for. The error: canaries that are not compute nodes. Canaries that `--limit` leaves out are
 * ignored, so that a run can go on with the rest of its nodes.
 */
export function rolloutOf(
  { serial, canary, maxFailures }: RolloutOptions,
  inventory: Inventory,
): Result<Rollout, string> {
  if (typeof canary !== 'string') return ok({ serial, canary, maxFailures });
  const chosen = selectHosts(inventory, canary);
  if (!chosen.ok) return err(`--canary: ${chosen.error}`);
  const compute = new Set(inventory.compute.map(({ name }) => name));
  const other = chosen.value.find(({ name }) => !compute.has(name));
  if (other !== undefined)
    return err(`--canary: ${other.name} is not in the group compute: name compute nodes only`);
  return ok({ serial, canary: chosen.value.map(({ name }) => name), maxFailures });
}

/** The words of a command line that are about the rollout: they are given again for the rest of the nodes. */
export function rolloutWords(words: readonly string[]): readonly string[] {
  const options = ['--serial', '--canary', '--max-failures'];
  return words.filter((word, index) => {
    const previous = words[index - 1] ?? '';
    return options.some((name) => word === name || word.startsWith(`${name}=`) || previous === name);
  });
}
