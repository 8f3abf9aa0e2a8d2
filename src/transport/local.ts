import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { kill } from 'node:process';
import { ok } from '../core/result.ts';
import type { Become } from './become.ts';
import { launchCommand, newLaunch } from './launch.ts';
import { type Carrier, superviseScript } from './script.ts';
import type { Connection, Credentials, RunningScript, RunOptions, Transport } from './transport.ts';

/** A script that is let go of gets this long to end by itself before it is killed. */
const GRACE_MILLISECONDS = 5000;

/**
 * Runs scripts on this machine, in `sh`, through sudo where the target wants it and this process is not root already.
 * Same contract as over SSH, but that a script that is let go of is ended, with all that it started.
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
  // a script may end without reading all of its input
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

/** Ends the child and all that it started: they are a process group of their own. */
function endGroup(child: ChildProcessWithoutNullStreams): void {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  signalGroup(pid, 'SIGTERM');
  const patience = setTimeout(() => signalGroup(pid, 'SIGKILL'), GRACE_MILLISECONDS);
  child.once('exit', () => clearTimeout(patience));
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    kill(-pid, signal);
  } catch {
    // it has ended, or it is sudo, which only root may signal; that one sees its input and output closed
  }
}
