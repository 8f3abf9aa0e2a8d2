/** Asks before anything is changed. */
import { executableUnits, isBlocked } from '../../plan/plan.ts';
import type { Plan } from '../../plan/plan.ts';
import { count } from '../../report/terminal/text.ts';
import { print } from './environment.ts';
import type { Environment } from './environment.ts';
import type { ConsentOptions, OutputOptions } from './options.ts';
import type { Run } from './run.ts';

/**
 * Whether the run may begin: it can ask, or need not. Prints why where it may not.
 *
 * @param look how to see what would change, as the words after "see what would change"
 */
export function canConfirm(
  command: string,
  look: string,
  options: Pick<ConsentOptions, 'yes'> & Pick<OutputOptions, 'json'>,
  environment: Environment,
): boolean {
  if (options.yes || (environment.interactive && !options.json)) return true;
  const why = options.json ? 'with --json it cannot ask' : 'there is no terminal to ask on';
  print(
    environment.stderr,
    `fastboot ${command} asks before it changes anything, and ${why}. Give --yes to go on without a question, or see what would change ${look}. Nothing was touched.`,
  );
  return false;
}

/** Whether to go on with a plan. A plan without changes needs no question. */
export async function confirmPlan(
  run: Run,
  plan: Plan,
  { yes }: Pick<ConsentOptions, 'yes'>,
  { confirm }: Environment,
): Promise<boolean> {
  const hosts = plan.stages.flatMap((stage) =>
    stage.hosts
      .filter((host) => !isBlocked(host))
      .flatMap((host) => executableUnits(host).flatMap(({ changes }) => changes.map(() => host.host))),
  );
  if (yes || hosts.length === 0) return true;
  await run.view.flush();
  return confirm(`Make ${count(hosts.length, 'change')} on ${count(new Set(hosts).size, 'host')}?`);
}
