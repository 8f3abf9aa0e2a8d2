/** Loads what a command works on: inventory, playbook, and the chosen hosts. */
import { join } from 'node:path';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { suggest } from '../../core/suggest.ts';
import type { RunContext } from '../../engine/context.ts';
import { resolveFromPlaybook } from '../../engine/resolve-from-playbook.ts';
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

/** What a command works on. It was checked as far as possible without a connection. */
export interface Loaded {
  readonly inventory: Inventory;
  readonly playbook: Playbook;
  /** How the command decides about the pool. */
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

/** Reads the inventory and the playbook. Where something is wrong, prints all of it and gives undefined. */
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

/** Warns of plays whose hosts are not in the inventory: a misspelled name, or a group that is not used here. */
function playsForNobody({ plays }: Playbook, { groups, hosts }: Inventory): readonly Diagnostic[] {
  const names = [...Object.keys(groups), ...hosts.map(({ name }) => name)];
  return plays
    .filter((play) => play.hosts !== 'all' && !names.includes(play.hosts))
    .map(({ place, hosts: wanted }) => {
      const near = suggest(wanted, names);
      return {
        ...place,
        severity: 'warning',
        message: `this play is for \`${wanted}\`, which is neither a group nor a host of the inventory`,
        ...(near === undefined ? {} : { hint: `did you mean \`${near}\`?` }),
      };
    });
}

/** Leaves out the plays for the optional group `glance` where it has no hosts besides the backend. */
function withoutGlance(playbook: Playbook, { glance }: Inventory): Playbook {
  if (glance.length > 0) return playbook;
  return { ...playbook, plays: playbook.plays.filter(({ hosts }) => hosts !== glanceGroup) };
}

/** The hosts besides the backend that a pattern chooses. The backend always takes part. The text: what is wrong. */
function selectClients(inventory: Inventory, pattern: string | undefined): readonly Host[] | string {
  const clients = clientHosts(inventory);
  if (pattern === undefined) return clients;
  const chosen = selectHosts(inventory, pattern);
  if (!chosen.ok) return chosen.error;
  const names = new Set(chosen.value.map((host) => host.name));
  return clients.filter((host) => names.has(host.name));
}
