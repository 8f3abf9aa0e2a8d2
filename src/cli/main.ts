/** The program: reads the command line, and runs the command. */
import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { crash } from './crash.ts';
import { createEnvironment } from './environment.ts';
import { packageRoot } from './package-root.ts';
import { createProgram } from './program.ts';

const { version } = JSON.parse(readFileSync(`${packageRoot}/package.json`, 'utf8')) as { version: string };

// A reader that has ended, such as `head`, does not end the run: hosts must not be left half done. Output that cannot be
// written for another reason, such as a full disk, is reported, and the exit code says so.
let lost: Error | undefined;
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || lost !== undefined) return;
    lost = error;
    if (stream === process.stdout) process.stderr.write(`standard output: ${error.message}\n`);
  });
}
process.on('exit', (exitCode) => {
  if (exitCode === 0 && lost !== undefined) process.exitCode = 3;
});

process.on('uncaughtException', (error) => void crash(error));
process.on('unhandledRejection', (error) => void crash(error));

const program = createProgram(
  version,
  (color) => createEnvironment(version, color),
  (exitCode) => {
    process.exitCode = exitCode;
  },
);
program.exitOverride();
for (const command of program.commands) command.exitOverride();

try {
  await program.parseAsync(process.argv);
} catch (error) {
  // commander has printed what is wrong; its exit code is 1 for a usage error, 0 for help and version
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else await crash(error);
}
