/** Runs scripts over an SSH connection. */
import type { ClientChannel } from 'ssh2';
import { quoteAll } from '../../shell/quote.ts';
import type { Become } from '../become.ts';
import { launchCommand, newLaunch } from '../launch.ts';
import { type Carrier, type ScriptRun, superviseScript } from '../script.ts';
import type { RunningScript, RunOptions } from '../transport.ts';
import { messageOf } from './errors.ts';
import type { Link } from './connection.ts';

/**
 * Runs a script in a channel of its own. The command is only `exec … sh -s`, quoted so that every login shell understands it
 * in the same way, also csh and fish. The script is sent on standard input.
 */
export function runOverSsh(
  link: Link,
  become: Become | undefined,
  script: string,
  options: RunOptions,
): RunningScript {
  const launch = newLaunch(become);
  const run = superviseScript(script, options, launch);
  const lose = (cause: string): void => run.ended({ kind: 'lost', cause });
  const stopListening = link.onDown(lose);
  void run.running.exit.then(stopListening);
  if (link.cause() !== undefined) return run.running;
  try {
    link.client.exec(`exec ${quoteAll(launchCommand(launch))}`, (error, channel) => {
      if (error === undefined) follow(channel, run);
      else lose(`the server did not start a session: ${messageOf(error)}`);
    });
  } catch (error) {
    lose(messageOf(error));
  }
  return run.running;
}

/**
 * Both outputs are always read: one that is not read would block the other. The script has ended when both are closed. A
 * channel that closes without exit code or signal was lost. Nothing waits for a write, because ssh2 does not call back when
 * the channel closes during a write.
 */
function follow(channel: ClientChannel, run: ScriptRun): void {
  let open = 2;
  let exit: readonly [code: unknown, signal: unknown] = [undefined, undefined];
  const closed = (): void => {
    open -= 1;
    if (open > 0) return;
    const [code, signal] = exit;
    if (typeof code === 'number') run.ended({ kind: 'exited', code });
    else if (typeof signal === 'string') run.ended({ kind: 'signalled', signal });
    else run.ended({ kind: 'lost', cause: 'the session ended without an exit code' });
  };
  channel.on('error', () => undefined);
  channel.stderr.on('error', () => undefined);
  channel.on('data', (chunk: Buffer) => run.stdout(chunk));
  channel.stderr.on('data', (chunk: Buffer) => run.stderr(chunk));
  channel.once('close', (code: unknown, signal: unknown) => {
    exit = [code, signal];
    closed();
  });
  channel.stderr.once('close', closed);
  run.attach(channelCarrier(channel));
}

function channelCarrier(channel: ClientChannel): Carrier {
  return {
    write(data) {
      if (channel.writable) channel.write(data);
    },
    end() {
      if (channel.writable) channel.end();
    },
    drop: () => channel.close(),
  };
}
