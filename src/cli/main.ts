import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { createActions } from './actions.ts';
import { createEnvironment } from './environment.ts';
import { packageRoot } from './package-root.ts';
import { createProgram } from './program.ts';

const { version } = JSON.parse(readFileSync(`${packageRoot}/package.json`, 'utf8')) as { version: string };

// a reader that has left, such as `head`, ends the program quietly
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

const program = createProgram(
  version,
  createActions((color) => createEnvironment(version, color)),
  (exitCode) => {
    process.exitCode = exitCode;
  },
);
program.exitOverride();
for (const command of program.commands) command.exitOverride();

try {
  await program.parseAsync(process.argv);
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // commander has said what is wrong; its own code for a usage error is 1 already, for help and version 0
  process.exitCode = error.exitCode;
}
