/** Programs that some unit tests use where they are installed. `npm test` says at its end which are missing. */
import { spawnSync } from 'node:child_process';
import programs from './optional-programs.json' with { type: 'json' };

/** A program that unit tests may do without. All other programs that a unit test runs are part of every Linux. */
export type OptionalProgram = keyof typeof programs;

/** Where a program is; undefined if it is not installed. */
export function pathOf(program: OptionalProgram): string | undefined {
  const { stdout } = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program], { encoding: 'utf8' });
  return stdout.trim() || undefined;
}

/** Whether a program is installed. With CI=true a missing one is an error, so that CI cannot lose tests unnoticed. */
export function installed(program: OptionalProgram): boolean {
  const found = pathOf(program) !== undefined;
  if (!found && process.env['CI'] === 'true') throw new Error(`${program} is not installed`);
  return found;
}
