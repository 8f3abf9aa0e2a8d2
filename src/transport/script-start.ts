/** Watches the start of a script. */
import { type BecomeProblem, explainSudo, lastLine, WRONG_PASSWORD } from './become.ts';
import { type Launch, mayAsk, passwordPrompt, readyMarker, startedMarker } from './launch.ts';
import type { Exit } from './transport.ts';

/** Separates the output of a script from what login shells and sudo print before it, and notices that it has started. */
export interface Gate {
  /** Takes output. Returns the part of it that comes from the script. */
  stdout(chunk: Buffer): Buffer;
  /** Takes error output. Returns the part of it that may be shown. */
  stderr(chunk: Buffer): Buffer;
  /** What an exit means. Before the script has started, it is the exit of sudo or of the login shell. */
  explain(exit: Exit): Exit;
}

export interface GateActions {
  sendPassword(line: string): void;
  /** A shell is reading: the script may be sent. */
  onReady(): void;
  /** The shell has read the whole script: what is sent from now on is the script's input. */
  onStarted(held: Buffer): void;
  refuse(problem: BecomeProblem): void;
}

/** Text before the script (banners, messages of sudo) is kept up to this size. */
const MAX_BYTES_HELD = 64 * 1024;
const NOTHING = Buffer.alloc(0);

/**
 * The password is sent only when sudo asks for it with the prompt that it was given, and only once. If sudo asks again, the
 * password was wrong.
 */
export function createGate(launch: Launch, actions: GateActions): Gate {
  const awaited = [startedMarker(launch)];
  if (mayAsk(launch)) awaited.unshift(readyMarker(launch));
  let output: Buffer = NOTHING;
  let messages: Buffer = NOTHING;
  let answered = false;

  const isStarted = (): boolean => awaited.length === 0;
  const passMarkers = (): void => {
    for (let marker = awaited[0]; marker !== undefined; marker = awaited[0]) {
      const at = output.indexOf(`${marker}\n`);
      if (at < 0) return;
      output = output.subarray(at + marker.length + 1);
      awaited.shift();
      if (isStarted()) actions.onStarted(messages);
      else actions.onReady();
    }
  };
  const answer = (): void => {
    const prompt = passwordPrompt(launch);
    for (let at = messages.indexOf(prompt); at >= 0; at = messages.indexOf(prompt)) {
      messages = Buffer.concat([messages.subarray(0, at), messages.subarray(at + prompt.length)]);
      if (answered) actions.refuse(WRONG_PASSWORD);
      else actions.sendPassword(`${launch.become?.password?.reveal() ?? ''}\n`);
      answered = true;
    }
  };

  return {
    stdout(chunk) {
      if (isStarted()) return chunk;
      output = Buffer.concat([output, chunk]);
      passMarkers();
      const own = isStarted() ? output : NOTHING;
      output = isStarted() ? NOTHING : output.subarray(-MAX_BYTES_HELD);
      return own;
    },
    stderr(chunk) {
      if (isStarted()) return chunk;
      messages = Buffer.concat([messages, chunk]).subarray(-MAX_BYTES_HELD);
      if (mayAsk(launch)) answer();
      return NOTHING;
    },
    explain(exit) {
      if (isStarted() || exit.kind !== 'exited') return exit;
      const text = messages.toString('utf8');
      if (launch.become !== undefined) return { kind: 'become-failed', ...explainSudo(text, exit.code) };
      const said = lastLine(text) ?? lastLine(output.toString('utf8')) ?? 'it printed nothing';
      return { kind: 'lost', cause: `the script did not start (exit code ${exit.code}): ${said}` };
    },
  };
}
