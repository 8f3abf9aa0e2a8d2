import type { JsonObject } from '../../src/core/json.ts';
import type { FactQuery } from '../../src/facts/fact.ts';
import { queryScript } from '../../src/facts/query.ts';
import { parseFrames } from '../../src/shell/frame.ts';
import type { Shell } from '../shell/shells.ts';

const NONCE = 'n0nce';

/** Answers of this machine, read through a real shell. */
export function ask<A extends JsonObject, V>(
  shell: Shell,
  fact: FactQuery<A, V>,
  questions: readonly A[],
  change: (script: string) => string = (script) => script,
): readonly V[] {
  const { output, errors } = shell.run(change(queryScript(questions.map(fact), NONCE)));
  if (errors !== '') throw new Error(errors);
  return answer(fact, questions, output.toString('latin1') === '' ? '' : output);
}

/** Answers read from an output; in a text `@@` stands at the start of each frame. */
export function answer<A extends JsonObject, V>(
  fact: FactQuery<A, V>,
  questions: readonly A[],
  output: string | Buffer,
): readonly V[] {
  const bytes = typeof output === 'string' ? Buffer.from(output.replace(/^@@/gm, `\n@@${NONCE} `)) : output;
  const frames = parseFrames(NONCE, bytes).filter(({ head }) => head[0] === fact.fact.name);
  return fact.fact.parse(frames, questions);
}
