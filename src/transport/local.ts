/** Runs scripts on this machine. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { kill } from 'node:process';
import { ok } from '../core/result.ts';
import type { Become } from './become.ts';
import { launchCommand, newLaunch } from './launch.ts';
import { type Carrier, superviseScript } from './script.ts';
import type { Connection, Credentials, RunningScript, RunOptions, Transport } from './transport.ts';

/** A script that is aborted has this long to end before it is killed. */
const KILL_DELAY_MS = 5000;

/**
 * Runs scripts with `sh`, through sudo where the target asks for it and this process is not root. The contract is that of SSH,
 * with one difference: an aborted script is ended, with all processes that it started.
 */
export function createLocalTransport(credentials: Credentials, uid: number): Transport {
  return {
    connect(target) {
      const become = target.become && uid !== 0 ? { password: credentials.becomePassword } : undefined;
      return Promise.resolve(ok(createConnection(become)));
    },
  };
}

function createConnection(become: Become | undefined): Connection {
  const running = new Set<RunningScript>();
  return {
    run(script, options) {
      const started = runLocally(become, script, options);
      running.add(started);
      void started.exit.then(() => running.delete(started));
      return started;
    },
    async close() {
      const scripts = [...running];
      for (const script of scripts) script.abort();
      await Promise.all(scripts.map(({ exit }) => exit));
    },
  };
}

function runLocally(become: Become | undefined, script: string, options: RunOptions): RunningScript {
  const launch = newLaunch(become);
  const run = superviseScript(script, options, launch);
  const [program = 'env', ...words] = launchCommand(launch);
  const child = spawn(program, words, { stdio: 'pipe', detached: true });
  child.once('error', (error) => run.ended({ kind: 'lost', cause: error.message }));
  child.stdout.on('data', (chunk: Buffer) => run.stdout(chunk));
  child.stderr.on('data', (chunk: Buffer) => run.stderr(chunk));
  // a script may end before it has read all its input
  child.stdin.on('error', () => undefined);
  child.once('close', (code, signal) => {
    if (code !== null) run.ended({ kind: 'exited', code });
    else if (signal !== null) run.ended({ kind: 'signalled', signal });
  });
  run.attach(childCarrier(child));
  return run.running;
}

function childCarrier(child: ChildProcessWithoutNullStreams): Carrier {
  return {
    write(data) {
      if (child.stdin.writable) child.stdin.write(data);
    },
    end() {
      child.stdin.end();
    },
    drop() {
      endGroup(child);
      child.stdin.destroy();
      child.stdout.destroy();
      child.stderr.destroy();
    },
  };
}

/** Ends the child and all processes that it started: they are one process group. */
function endGroup(child: ChildProcessWithoutNullStreams): void {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  signalGroup(pid, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), KILL_DELAY_MS);
  child.once('exit', () => clearTimeout(timer));
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    kill(-pid, signal);
  } catch {
    // it has ended, or it is sudo, which only root may signal: sudo ends when its input and output are closed
  }
}
