/** `fastboot validate`: checks inventory and playbooks without a connection. */
import { count } from '../report/terminal/text.ts';
import { print } from './run/environment.ts';
import type { Environment } from './run/environment.ts';
import { EXIT } from './run/exit-code.ts';
import { load } from './run/load.ts';
import type { OutputOptions, PlaybookOptions } from './run/options.ts';

/** The options of `validate`. */
export type ValidateOptions = PlaybookOptions & Pick<OutputOptions, 'verbose'>;

/** Gives the exit code. */
export async function validate(
  file: string,
  options: ValidateOptions,
  environment: Environment,
): Promise<number> {
  const loaded = await load(file, options, environment);
  if (loaded === undefined) return EXIT.usage;
  const { backend, compute, glance } = loaded.inventory;
  const { plays } = loaded.playbook;
  const tasks = plays.flatMap((play) =>
    play.tasks.flatMap((node) => (node.kind === 'block' ? node.tasks : [node])),
  );
  const hosts = [
    `backend ${backend.name}`,
    count(compute.length, 'compute node'),
    ...(glance.length === 0 ? [] : [`${count(glance.length, 'host')} with glance-api`]),
  ];
  print(
    environment.stdout,
    `${file} is valid: ${hosts.join(', ')}; ${count(plays.length, 'play')} with ${count(tasks.length, 'task')}.`,
  );
  return EXIT.ok;
}
