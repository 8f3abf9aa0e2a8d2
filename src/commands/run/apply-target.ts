/** What `apply` works on: an inventory, or a saved plan. */
import { stat } from 'node:fs/promises';
import { err } from '../../core/result.ts';
import type { Result } from '../../core/result.ts';
import { savedRunInputs } from '../../engine/saved-inputs.ts';
import { loadInventory } from '../../inventory/load.ts';
import { readPlanFile } from '../../plan/read-plan-file.ts';
import type { SavedPlan } from '../../plan/saved-plan.ts';
import type { Difference } from '../../plan/stale.ts';
import { loadPlaybook } from '../../playbook/load.ts';
import { print } from './environment.ts';
import type { Environment } from './environment.ts';
import { load } from './load.ts';
import type { Loaded } from './load.ts';
import type { OutputOptions, PlaybookOptions, SelectOptions } from './options.ts';

type TargetOptions = Pick<SelectOptions, 'limit'> & PlaybookOptions & Pick<OutputOptions, 'verbose'>;

/** What `apply` works on: an inventory, or a saved plan with all that it needs. */
export interface ApplyTarget {
  readonly loaded: Loaded;
  readonly saved: SavedPlan | undefined;
  /** What has changed since the plan was saved, as far as that is known without a connection. */
  readonly changed: readonly Difference[];
}

/**
 * Reads a file that is a saved plan or an inventory; its content decides. Where something is wrong, prints it and gives
 * undefined.
 */
export async function loadApplyTarget(
  file: string,
  options: TargetOptions,
  environment: Environment,
): Promise<ApplyTarget | undefined> {
  const read = await readPlanFile(file);
  if (read !== undefined) return loadSaved(file, read, options, environment);
  const loaded = await load(file, options, environment);
  return loaded && { loaded, saved: undefined, changed: [] };
}

async function loadSaved(
  file: string,
  read: Result<SavedPlan, string>,
  options: TargetOptions,
  environment: Environment,
): Promise<ApplyTarget | undefined> {
  const fixed = fixedByPlan(options);
  const plan: Result<SavedPlan, string> =
    fixed === undefined
      ? read
      : err(`${fixed} cannot be given with a saved plan: ${file} is applied exactly or refused.`);
  if (!plan.ok) {
    print(environment.stderr, `${plan.error}\nNothing was touched.`);
    return undefined;
  }
  const saved = plan.value;
  const changed = await sourceChanges(saved, environment.version);
  if (changed.length > 0 || saved.provenance.needsSecrets.length === 0)
    return { loaded: savedRunInputs(saved), saved, changed };
  const { inventory, playbook } = saved.provenance.files;
  const whole = { limit: saved.limit ?? undefined, playbook, verbose: false };
  const loaded = await load(inventory, whole, environment, saved.provenance.derivation);
  const { derivation } = savedRunInputs(saved);
  return loaded && { loaded: { ...loaded, derivation }, saved, changed: [] };
}

/** The option that would make another plan. */
function fixedByPlan({ limit, playbook }: TargetOptions): string | undefined {
  return limit !== undefined ? '--limit' : playbook !== undefined ? '--playbook' : undefined;
}

/** How this fastboot, the inventory and the playbook differ from those that the plan was made with. */
async function sourceChanges(saved: SavedPlan, version: string): Promise<readonly Difference[]> {
  const { inventory: inventoryFile, playbook: playbookFile } = saved.provenance.files;
  const inventory = await loadInventory(inventoryFile);
  const playbook = await loadPlaybook(playbookFile);
  return [
    ...(saved.fastboot === version
      ? []
      : [{ host: null, item: 'fastboot', then: saved.fastboot, now: version }]),
    ...(await fileChange(
      saved,
      `inventory ${inventoryFile}`,
      inventoryFile,
      saved.inventory.digest,
      inventory.ok ? inventory.value.inventory.digest : undefined,
    )),
    ...(await fileChange(
      saved,
      `playbook ${playbookFile}`,
      playbookFile,
      saved.playbook.digest,
      playbook.ok ? playbook.value.digest : undefined,
    )),
  ];
}

/** A file that is gone is a difference only where the plan needs a secret from it, because plans have no secrets. */
async function fileChange(
  { provenance: { needsSecrets } }: SavedPlan,
  item: string,
  file: string,
  then: string,
  now: string | undefined,
): Promise<readonly Difference[]> {
  if (now === then) return [];
  const word = (digest: string) => `sha256 ${digest.slice(0, 12)}…`;
  const difference = { host: null, item, then: word(then) };
  if (await exists(file)) return [{ ...difference, now: now === undefined ? 'has errors' : word(now) }];
  if (needsSecrets.length === 0) return [];
  return [
    { ...difference, now: `gone, and it had secrets that the plan needs for ${needsSecrets.join(', ')}` },
  ];
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
