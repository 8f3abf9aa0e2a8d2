/** `fastboot inventory`: prints the inventory as `ansible-inventory` does. */
import { readModel } from '../inventory/read-model.ts';
import type { LoadedModel } from '../inventory/read-model.ts';
import type { Result } from '../core/result.ts';
import { graphInventory, listHost, listInventory } from '../inventory/listing.ts';
import { formatDiagnostics } from './run/diagnostics.ts';
import { print } from './run/environment.ts';
import type { Environment } from './run/environment.ts';
import { EXIT } from './run/exit-code.ts';

/** The options of `inventory`: just one of them is given. */
export interface InventoryOptions {
  readonly list: boolean;
  /** The name of a host. */
  readonly host: string | undefined;
  readonly graph: boolean;
}

/**
 * Gives the exit code. Only what keeps Ansible's view from being made is an error; whether fastboot could use the inventory
 * is for `validate` to say.
 */
export async function inventory(
  file: string,
  options: InventoryOptions,
  { stdout, stderr }: Environment,
): Promise<number> {
  const refuse = (why: string): number => {
    print(stderr, why);
    return EXIT.usage;
  };
  const [view, second] = viewsOf(options);
  if (view === undefined || second !== undefined)
    return refuse('Choose one of --list, --host HOST and --graph.');
  const read = await readModel(file);
  if (!read.ok) return refuse(formatDiagnostics(read.error));
  const { diagnostics } = read.value;
  if (diagnostics.some(({ severity }) => severity === 'error')) return refuse(formatDiagnostics(diagnostics));
  const text = view(read.value);
  if (!text.ok) return refuse(`${file}: ${text.error}`);
  print(stderr, formatDiagnostics(diagnostics));
  print(stdout, text.value);
  return EXIT.ok;
}

function viewsOf({
  list,
  host,
  graph,
}: InventoryOptions): readonly ((model: LoadedModel) => Result<string, string>)[] {
  return [
    ...(list ? [listInventory] : []),
    ...(host === undefined ? [] : [(model: LoadedModel) => listHost(model, host)]),
    ...(graph ? [graphInventory] : []),
  ];
}
