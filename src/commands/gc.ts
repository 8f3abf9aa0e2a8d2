import { join } from 'node:path';
import { gib } from '../core/wording.ts';
import { ALL_AT_ONCE } from '../engine/rollout.ts';
import { planChanges } from '../plan/plan.ts';
import type { Plan } from '../plan/plan.ts';
import { derivations } from '../pool/derivations.ts';
import { count } from '../report/terminal/text.ts';
import { change, mayAsk } from './run/change.ts';
import { print } from './run/environment.ts';
import type { Environment } from './run/environment.ts';
import { EXIT } from './run/exit-code.ts';
import { load } from './run/load.ts';
import type { GcOptions } from './run/options.ts';
import { dryRun } from './plan.ts';

/**
 * Lists what lies beneath the pool's mount in the compute nodes' own folders and is proved to be needed by nobody, or with
 * `--delete` removes it. It is a plan like that of `apply`, made from a playbook of its own.
 */
export async function gc(file: string, options: GcOptions, environment: Environment): Promise<number> {
  if (!options.local) {
    print(
      environment.stderr,
      'Links of deleted images are not handled yet. `fastboot gc INVENTORY --local` handles base files that compute nodes have beneath the pool. Nothing was touched.',
    );
    return EXIT.usage;
  }
  if (options.delete && !mayAsk('gc', 'without --delete', options, environment)) return EXIT.usage;
  const playbook = join(environment.packageRoot, 'playbooks', 'gc-local.yaml');
  const read = await load(file, { ...options, playbook }, environment);
  if (read === undefined) return EXIT.usage;
  const loaded = { ...read, derivation: derivations.gc };
  if (!options.delete) return dryRun(loaded, { ...options, detailedExitcode: false }, environment);
  const order = { loaded, saved: undefined, changed: [], rollout: ALL_AT_ONCE };
  return change({ ...order, command: 'gc', afterwards: freed }, options, environment);
}

/** What a run in which all went well has freed. */
function freed(plan: Plan): string {
  const files = planChanges(plan).filter(
    ({ type, action }) => type === 'absent_beneath' && action === 'delete',
  );
  const bytes = files.reduce((sum, { params }) => sum + Number(params['size']), 0);
  const hosts = new Set(files.map(({ host }) => host)).size;
  return `Freed ${gib(bytes)} GiB: ${count(files.length, 'file')} on ${count(hosts, 'host')}.`;
}
