import { type BecomeProblem, explainSudo, lastLine, WRONG_PASSWORD } from './become.ts';
import { type Launch, mayAsk, passwordPrompt, readyMarker, startedMarker } from './launch.ts';
import type { Exit } from './transport.ts';

/** Watches a script's beginning: what comes before it from login shells and sudo, and that it has begun at all. */
export interface Gate {
  /** Takes output; gives back what of it is the script's own. */
  stdout(chunk: Buffer): Buffer;
  /** Takes error output; gives back what of it may be shown. */
  stderr(chunk: Buffer): Buffer;
  /** What an end means: one before the script has begun is sudo's or the login shell's, not the script's. */
  explain(exit: Exit): Exit;
}

export interface GateActions {
  sendPassword(line: string): void;
  /** A shell reads: the script may be sent. */
  onReady(): void;
  /** The shell has read the whole script: what is sent now is the script's input. */
  onStarted(held: Buffer): void;
  refuse(problem: BecomeProblem): void;
}

/** What comes before the script (banners, sudo's lecture) is kept up to this size. */
const MAX_HELD = 64 * 1024;
const NOTHING = Buffer.alloc(0);

/**
 * The password goes out only when sudo asks for it in the words that it was given, and only once: what would be sent
 * after a second question is the script itself.
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
      output = isStarted() ? NOTHING : output.subarray(-MAX_HELD);
      return own;
    },
    stderr(chunk) {
      if (isStarted()) return chunk;
      messages = Buffer.concat([messages, chunk]).subarray(-MAX_HELD);
      if (mayAsk(launch)) answer();
      return NOTHING;
    },
    explain(exit) {
      if (isStarted() || exit.kind !== 'exited') return exit;
      const text = messages.toString('utf8');
      if (launch.become !== undefined) return { kind: 'become-failed', ...explainSudo(text, exit.code) };
      const said = lastLine(text) ?? lastLine(output.toString('utf8')) ?? 'it said nothing';
      return { kind: 'lost', cause: `the script did not start (code ${exit.code}): ${said}` };
    },
  };
}
