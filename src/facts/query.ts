/** Makes queries of facts, the script that answers them, and the state that the answers are. */
import { canonicalJson } from '../core/json.ts';
import type { JsonObject } from '../core/json.ts';
import { createFrameParser, framePrelude } from '../shell/frame.ts';
import type { Frame } from '../shell/frame.ts';
import { FactError } from './fact.ts';
import type { Fact, FactQuery, Query } from './fact.ts';
import { mountGuard } from './mount-guard.ts';
import { createState } from './state.ts';
import type { State } from './state.ts';

/** Makes a fact callable: after `const file = defineFact({…})`, `file({ path })` is a query. */
export function defineFact<A extends JsonObject, V>(fact: Fact<A, V>): FactQuery<A, V> {
  const make = (question: A) => ({ fact, question, key: `${fact.name} ${canonicalJson(question)}` });
  return Object.assign(make, { fact });
}

/** The queries of one fact, in the order in which they were asked, each once. */
interface Group {
  readonly fact: Fact<JsonObject, unknown>;
  readonly queries: Map<string, Query>;
}

function groupByFact(queries: readonly Query[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const query of queries) {
    const known = groups.get(query.fact.name);
    // the question's type was checked where the query was made
    const group = known ?? {
      fact: query.fact as unknown as Fact<JsonObject, unknown>,
      queries: new Map<string, Query>(),
    };
    if (known === undefined) groups.set(query.fact.name, group);
    group.queries.set(query.key, query);
  }
  return [...groups.values()];
}

/**
 * The script that answers all queries: the mount table, then one part for each fact. Each part runs in a subshell without
 * standard input, so that none can disturb the others. The last frame is `end`: without it the answer is incomplete.
 */
export function queryScript(queries: readonly Query[], nonce: string): string {
  return `${framePrelude(nonce)}${queryBody(queries)}`;
}

/** The same without the prelude, for a script that has it already. */
export function queryBody(queries: readonly Query[]): string {
  const parts = groupByFact(queries).map(
    ({ fact, queries: asked }) =>
      `(\n${fact.script([...asked.values()].map((query) => query.question))}\n) </dev/null 2>/dev/null\n`,
  );
  return `${mountGuard}${parts.join('')}fb end\n`;
}

/** Reads the frames of `queryScript` into a state. Throws `FactError` where an answer is missing or cannot be read. */
export function readAnswers(queries: readonly Query[], frames: readonly Frame[]): State {
  if (frames.at(-1)?.head[0] !== 'end')
    throw new FactError('the answer is incomplete: its last frame is missing');
  const entries = new Map<string, unknown>();
  for (const { fact, queries: asked } of groupByFact(queries)) {
    const own = frames.filter((frame) => frame.head[0] === fact.name);
    const answers = fact.parse(
      own,
      [...asked.values()].map((query) => query.question),
    );
    [...asked.keys()].forEach((key, index) => {
      if (answers.length <= index) throw new FactError(`no answer from ${fact.name} to ${key}`);
      entries.set(key, answers[index]);
    });
  }
  return createState(entries);
}

/** Parses a whole output of `queryScript`; for tests and local use. */
export function parseAnswers(queries: readonly Query[], nonce: string, output: Buffer): State {
  const frames: Frame[] = [];
  const parser = createFrameParser(nonce, (frame) => frames.push(frame));
  parser.push(output);
  parser.end();
  return readAnswers(queries, frames);
}
