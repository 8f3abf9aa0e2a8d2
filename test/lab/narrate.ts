import chalk from 'chalk';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from './cache.ts';
import type { Lab } from './lab.ts';

/** What the lab's own commands print: headed steps, remarks, what was run and how long it took. */
export function createNarrator(write: (text: string) => void) {
  const startedAt = Date.now();
  let step = 0;
  const seconds = (since: number): string => `${((Date.now() - since) / 1000).toFixed(1)} s`;
  return {
    step: (title: string): void => {
      step += 1;
      write(`\n${chalk.bold(`${step}. ${title}`)} ${chalk.dim(`(${seconds(startedAt)} since the start)`)}\n`);
    },
    say: (text: string): void => write(`   ${text.trimEnd().replaceAll('\n', '\n   ')}\n`),
    command: (text: string): void => write(`   ${chalk.cyan(`$ ${text}`)}\n`),
    /** Does something, says what and how long it took, and gives its result. */
    timed: async <T>(text: string, work: () => Promise<T>): Promise<T> => {
      const since = Date.now();
      const result = await work();
      write(`   ${text}: ${seconds(since)}\n`);
      return result;
    },
    elapsed: (): string => seconds(startedAt),
  };
}

export type Narrator = ReturnType<typeof createNarrator>;

/** Runs the built fastboot on the caller's own terminal, as a user of the lab would, and gives its exit code. */
export function fastbootOnTerminal(lab: Lab, args: readonly string[]): Promise<number | null> {
  const program = join(projectRoot, 'dist/fastboot.js');
  const child = spawn(process.execPath, [program, ...args, '--known-hosts', lab.knownHostsFile], {
    stdio: 'inherit',
    env: lab.environment(),
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
}

/** How to log in to each host, by ssh from this machine. */
export function loginLines(lab: Lab): string {
  const options = `-i ${lab.keyFile} -o UserKnownHostsFile=${lab.knownHostsFile}`;
  return Object.values(lab.hosts)
    .map(({ name, sshPort }) => `${name.padEnd(10)} ssh ${options} -p ${sshPort} root@127.0.0.1`)
    .join('\n');
}

/** Waits for Ctrl-C (or a request to end), once. */
export const interrupted = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
