/** `fastboot gc`: lists or deletes base files that nobody needs. It is a plan like that of `apply`, with another playbook. */
import { gib } from '../core/sentence-parts.ts';
import { ALL_AT_ONCE } from '../engine/rollout.ts';
import { planChanges } from '../plan/plan.ts';
import type { Plan } from '../plan/plan.ts';
import { count } from '../report/terminal/text.ts';
import { change } from './run/apply-run.ts';
import { canConfirm } from './run/consent.ts';
import { print } from './run/environment.ts';
import type { Environment } from './run/environment.ts';
import { EXIT } from './run/exit-code.ts';
import { load } from './run/load.ts';
import { makePlan } from './run/plan-run.ts';
import type { ChangeOptions } from './run/options.ts';

/** The options of `gc`. */
export interface GcOptions extends ChangeOptions {
  /** The base files of the compute nodes themselves. */
  readonly local: boolean;
  readonly delete: boolean;
}

/** Gives the exit code. */
export async function gc(file: string, options: GcOptions, environment: Environment): Promise<number> {
  if (!options.local) {
    print(
      environment.stderr,
      'Links of deleted images are not handled yet. `fastboot gc INVENTORY --local` handles base files that compute nodes have under the mount of the pool. Nothing was touched.',
    );
    return EXIT.usage;
  }
  if (options.delete && !canConfirm('gc', 'without --delete', options, environment)) return EXIT.usage;
  const loaded = await load(file, options, environment, 'gc');
  if (loaded === undefined) return EXIT.usage;
  if (!options.delete) return makePlan(loaded, { ...options, detailedExitcode: false }, environment);
  const request = { command: 'gc', loaded, saved: undefined, changed: [], rollout: ALL_AT_ONCE };
  return change({ ...request, afterwards: freed }, options, environment);
}

/** What a successful run has freed. */
function freed(plan: Plan): string {
  const files = planChanges(plan).filter(
    ({ type, action }) => type === 'underlying_file' && action === 'delete',
  );
  const bytes = files.reduce((sum, { params }) => sum + Number(params['size']), 0);
  const hosts = new Set(files.map(({ host }) => host)).size;
  return `Freed ${gib(bytes)} GiB: ${count(files.length, 'file')} on ${count(hosts, 'host')}.`;
}
