import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { readModel } from '../inventory/read-model.ts';
import { graphInventory, listHost, listInventory } from '../inventory/view.ts';
import { print } from './run/environment.ts';
import type { Environment } from './run/environment.ts';
import { showFindings } from './run/diagnostics.ts';

export type InventoryView =
  { readonly kind: 'list' } | { readonly kind: 'graph' } | { readonly kind: 'host'; readonly name: string };

/**
 * The inventory as `ansible-inventory` prints it: `text` for standard output, `warnings` for standard error. Only what
 * keeps Ansible's view from being made is an error; whether fastboot could use the inventory is for `validate` to say.
 */
export async function showInventory(
  file: string,
  view: InventoryView,
): Promise<Result<{ readonly text: string; readonly warnings: string }, string>> {
  const read = await readModel(file);
  if (!read.ok) return err(showFindings(read.error));
  const { diagnostics } = read.value;
  if (diagnostics.some(({ severity }) => severity === 'error')) return err(showFindings(diagnostics));
  const shown =
    view.kind === 'list'
      ? listInventory(read.value)
      : view.kind === 'graph'
        ? graphInventory(read.value)
        : listHost(read.value, view.name);
  return shown.ok
    ? ok({ text: shown.value, warnings: showFindings(diagnostics) })
    : err(`${file}: ${shown.error}`);
}

export interface InventoryOptions {
  readonly list?: boolean;
  readonly host?: string;
  readonly graph?: boolean;
}

/** `fastboot inventory`. Gives the exit code. */
export async function inventory(
  file: string,
  options: InventoryOptions,
  { stdout, stderr }: Environment,
): Promise<number> {
  const views = viewsOf(options);
  const [view] = views;
  if (view === undefined || views.length > 1) {
    print(stderr, 'Choose one of --list, --host HOST and --graph.');
    return 1;
  }
  const shown = await showInventory(file, view);
  if (!shown.ok) {
    print(stderr, shown.error);
    return 1;
  }
  print(stderr, shown.value.warnings);
  print(stdout, shown.value.text);
  return 0;
}

function viewsOf({ list, host, graph }: InventoryOptions): InventoryView[] {
  const views: InventoryView[] = [];
  if (list === true) views.push({ kind: 'list' });
  if (host !== undefined) views.push({ kind: 'host', name: host });
  if (graph === true) views.push({ kind: 'graph' });
  return views;
}
