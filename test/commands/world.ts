import { Writable } from 'node:stream';
import type { Environment, Stream } from '../../src/commands/run/environment.ts';
import { createStyle } from '../../src/report/terminal/style.ts';

/** An environment for commands that cannot ask, and what they printed. */
export interface World {
  readonly environment: Environment;
  readonly stdout: () => string;
  readonly stderr: () => string;
}

/** @param home the home folder, which is also where the package's files are */
export function createWorld(home: string): World {
  const stdout = collect();
  const stderr = collect();
  const never = new AbortController().signal;
  const refuse = (): never => {
    throw new Error('it must not ask');
  };
  const environment: Environment = {
    stdout: stdout.stream,
    stderr: stderr.stream,
    interactive: false,
    confirm: refuse,
    askSecret: refuse,
    interrupts: { stop: never, kill: never, received: () => undefined, onSignal: () => undefined },
    onCrash: () => undefined,
    home,
    user: 'me',
    uid: 0,
    host: 'here',
    agentSocket: undefined,
    passwords: { ssh: undefined, become: undefined },
    plain: true,
    packageRoot: home,
    version: '0.0.0',
    commandLine: ['fastboot'],
  };
  return { environment, stdout: stdout.text, stderr: stderr.text };
}

function collect(): { readonly stream: Stream; readonly text: () => string } {
  let text = '';
  const writable = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString();
      done();
    },
  });
  const style = createStyle({
    color: 'never',
    noColor: undefined,
    forceColor: undefined,
    streamHasColors: false,
    unicode: true,
  });
  return { stream: { writable, style, isTerminal: false, columns: () => 80 }, text: () => text };
}
