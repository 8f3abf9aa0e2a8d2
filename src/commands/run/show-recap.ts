/** Prints the recap at the end of a run that changes hosts. */
import type { SavedPlan } from '../../plan/saved-plan.ts';
import { formatRecap } from '../../report/recap/recap.ts';
import { print } from './environment.ts';
import type { Environment } from './environment.ts';
import { packagedPlaybook } from './load.ts';
import type { OutputOptions } from './options.ts';
import { rolloutWords } from './rollout.ts';
import type { Run } from './run.ts';

/**
 * Prints what became of a run.
 *
 * @param saved the saved plan that was applied, if it was one
 * @param confirmed whether the run went on after the question
 */
export function showRecap(
  run: Run,
  saved: SavedPlan | undefined,
  options: OutputOptions,
  environment: Environment,
  confirmed: boolean,
): void {
  // a plan in another form stands alone on standard output
  const stream = options.format === 'text' ? environment.stdout : environment.stderr;
  const recap = formatRecap(run.recorder.record(), stream.style, {
    width: stream.columns(),
    ...(run.plan === undefined ? {} : { plan: run.plan }),
    // a saved plan that was begun cannot be applied again: what is left is planned anew
    argv: saved === undefined ? environment.commandLine : commandFor(saved, environment),
    verbose: options.verbose,
    wrapped: stream.isTerminal,
  });
  if (stream.isTerminal && environment.stderr.isTerminal && !options.quiet) print(environment.stderr, '\n');
  print(stream, confirmed ? recap : 'Nothing was changed.');
}

/** The command that plans and applies what a saved plan was made of. */
function commandFor(
  { inventory, playbook }: SavedPlan,
  { packageRoot, commandLine }: Environment,
): readonly string[] {
  const own = playbook.file === packagedPlaybook(packageRoot) ? [] : ['--playbook', playbook.file];
  return ['fastboot', 'apply', inventory.file, ...own, ...rolloutWords(commandLine)];
}
