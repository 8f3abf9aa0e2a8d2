import { join } from 'node:path';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { suggest } from '../../core/suggest.ts';
import type { RunContext } from '../../engine/context.ts';
import { resolveFromPlaybook } from '../../engine/variables.ts';
import { clientHosts, glanceGroup } from '../../inventory/inventory.ts';
import type { Host, Inventory } from '../../inventory/inventory.ts';
import { loadInventory } from '../../inventory/load.ts';
import { selectHosts } from '../../inventory/pattern.ts';
import { loadPlaybook } from '../../playbook/load.ts';
import type { Playbook } from '../../playbook/playbook.ts';
import { derivations } from '../../pool/derivations.ts';
import { print } from './environment.ts';
import type { Environment } from './environment.ts';
import { formatDiagnostics } from './diagnostics.ts';

/** What a command works on, checked as far as that is possible without a connection. */
export interface Loaded {
  readonly inventory: Inventory;
  readonly playbook: Playbook;
  /** How the command decides about the pool; `apply` unless the command says otherwise. */
  readonly derivation: RunContext['derivation'];
  /** The compute nodes and Glance's hosts that `--limit` chose. */
  readonly selected: readonly Host[];
  /** What a play asks of a host. */
  readonly resolve: RunContext['resolve'];
}

/** What loading needs of the options of a command. */
export interface LoadOptions {
  readonly limit?: string | undefined;
  /** Undefined: the packaged one. */
  readonly playbook?: string | undefined;
  readonly verbose: boolean;
}

/** The packaged playbook for each way to decide about the pool. */
const PLAYBOOKS: Readonly<Record<DerivationName, string>> = {
  apply: 'site.yaml',
  remove: 'remove.yaml',
  gc: 'gc-local.yaml',
};

type DerivationName = keyof typeof derivations;

/** The playbook that is used where none is named. */
export function packagedPlaybook(packageRoot: string, derivation: DerivationName = 'apply'): string {
  return join(packageRoot, 'playbooks', PLAYBOOKS[derivation]);
}

/** Reads inventory and playbook; prints what is wrong with them, all at once, and gives undefined then. */
export async function load(
  file: string,
  options: LoadOptions,
  environment: Environment,
  derivation: DerivationName = 'apply',
): Promise<Loaded | undefined> {
  const [inventory, playbook] = await Promise.all([
    loadInventory(file),
    loadPlaybook(options.playbook ?? packagedPlaybook(environment.packageRoot, derivation)),
  ]);
  const problems = [...(inventory.ok ? [] : inventory.error), ...(playbook.ok ? [] : playbook.error)];
  print(environment.stderr, formatDiagnostics(problems));
  if (!inventory.ok || !playbook.ok) return undefined;
  const { notices, unused } = inventory.value;
  const used = withoutGlance(playbook.value, inventory.value.inventory);
  const found = [...notices, ...playsForNobody(used, inventory.value.inventory)];
  print(environment.stderr, formatDiagnostics(options.verbose ? [...found, ...unused] : found));
  const selected = selectClients(inventory.value.inventory, options.limit);
  if (typeof selected === 'string') {
    print(environment.stderr, `--limit: ${selected}`);
    return undefined;
  }
  return {
    inventory: inventory.value.inventory,
    playbook: used,
    derivation: derivations[derivation],
    selected,
    resolve: resolveFromPlaybook,
  };
}

/** Plays whose hosts the inventory does not know: a typing error, or a group that is not used here. */
function playsForNobody({ plays }: Playbook, { groups, hosts }: Inventory): readonly Diagnostic[] {
  const names = [...Object.keys(groups), ...hosts.map(({ name }) => name)];
  return plays
    .filter((play) => play.hosts !== 'all' && !names.includes(play.hosts))
    .map(({ place, hosts: wanted }) => {
      const near = suggest(wanted, names);
      return {
        ...place,
        severity: 'warning',
        message: `this play is for \`${wanted}\`, which is no group and no host of the inventory`,
        ...(near === undefined ? {} : { hint: `did you mean \`${near}\`?` }),
      };
    });
}

/** A play for the optional group has nothing to do where that has no hosts, or the backend alone. */
function withoutGlance(playbook: Playbook, { glance }: Inventory): Playbook {
  if (glance.length > 0) return playbook;
  return { ...playbook, plays: playbook.plays.filter(({ hosts }) => hosts !== glanceGroup) };
}

/** The hosts beside the backend that a pattern chooses; the backend always takes part. */
function selectClients(inventory: Inventory, pattern: string | undefined): readonly Host[] | string {
  const clients = clientHosts(inventory);
  if (pattern === undefined) return clients;
  const chosen = selectHosts(inventory, pattern);
  if (!chosen.ok) return chosen.error;
  const names = new Set(chosen.value.map((host) => host.name));
  return clients.filter((host) => names.has(host.name));
}
