import { print } from './run/environment.ts';
import type { Environment } from './run/environment.ts';
import { EXIT } from './run/exit-code.ts';
import { load } from './run/load.ts';
import type { LoadOptions } from './run/load.ts';

/** Checks inventory and playbooks without a connection; says what they amount to. */
export async function validate(
  file: string,
  options: LoadOptions,
  environment: Environment,
): Promise<number> {
  const loaded = await load(file, options, environment);
  if (loaded === undefined) return EXIT.usage;
  const { inventory, playbook } = loaded;
  const nodes = `${inventory.compute.length} compute node${inventory.compute.length === 1 ? '' : 's'}`;
  const hosts = inventory.glance.length;
  const glance = hosts === 0 ? '' : `, ${hosts} host${hosts === 1 ? '' : 's'} with glance-api`;
  const tasks = playbook.plays.flatMap(({ tasks }) =>
    tasks.flatMap((node) => (node.kind === 'block' ? node.tasks : [node])),
  );
  print(
    environment.stdout,
    `${file} is in order: backend ${inventory.backend.name}, ${nodes}${glance}; ${playbook.plays.length} plays with ${tasks.length} tasks.`,
  );
  return EXIT.ok;
}
