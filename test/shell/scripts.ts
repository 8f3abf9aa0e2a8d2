/** Scripts that the code makes: of every case of every resource type, of every fact, and of the run lock. */
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { JsonObject } from '../../src/core/json.ts';
import { lockScript } from '../../src/engine/lock-script.ts';
import type { FactQuery } from '../../src/facts/fact.ts';
import { queryScript } from '../../src/facts/query.ts';
import { resourceTypes } from '../../src/resources/index.ts';
import { changePrelude } from '../../src/shell/prelude.ts';
import { caseNames, isDone, readCase, stateFor } from '../resources/cases.ts';

type AnyFact = FactQuery<JsonObject, unknown>;

/** Scripts by the name of their case, as a host gets them. */
export function caseScripts(): ReadonlyMap<string, string> {
  const scripts = new Map<string, string>();
  for (const [type, resource] of Object.entries(resourceTypes)) {
    for (const name of caseNames(type)) {
      const given = readCase(type, name);
      const made = resource
        .diff(given.params, stateFor(resource, given))
        .filter(isDone)
        .map((drift) => `(\n${resource.script(given.params, drift)}\n)\n`);
      scripts.set(`${type} ${name}`, `${changePrelude}set -eu\n${made.join('')}`);
    }
  }
  return scripts;
}

/** All facts: whatever a file of src/facts exports that can be called for a query. */
export async function allFacts(): Promise<readonly AnyFact[]> {
  const folder = resolve(import.meta.dirname, '../../src/facts');
  const modules = await Promise.all(
    readdirSync(folder)
      .filter((name) => name.endsWith('.ts'))
      .map((name) => import(join(folder, name)) as Promise<Readonly<Record<string, unknown>>>),
  );
  return modules.flatMap((module) => Object.values(module).filter(isFact));
}

function isFact(value: unknown): value is AnyFact {
  return typeof value === 'function' && 'fact' in value;
}

const HOSTILE = `/srv/a 'b' "c" $(d) \\ *`;

/** What facts ask for that is not a text. */
const QUESTION: JsonObject = {
  ...{ bytes: 2048, limit: 5, port: 2049 },
  ...{ names: [HOSTILE, 'b'], units: ['nova-compute.service', 'a@b.service'] },
  ...{ runId: '20261130T120000000-abc', script: 'test -e "/x y" || ! [ -d /y ]' },
};

/** A question that fits every fact: parameters without a value above are a text. */
function questionWith(text: string): JsonObject {
  const get = (known: JsonObject, name: string | symbol) =>
    typeof name === 'string' && name !== 'toJSON' ? (known[name] ?? text) : undefined;
  return new Proxy({ ...QUESTION, text }, { get });
}

/** One script for each fact, asked twice. */
export async function factScripts(): Promise<ReadonlyMap<string, string>> {
  const facts = await allFacts();
  const ask = (fact: AnyFact) =>
    queryScript([fact(questionWith(HOSTILE)), fact(questionWith('other'))], 'n0nce');
  return new Map(facts.map((fact) => [`fact ${fact.fact.name}`, ask(fact)]));
}

/** The script that holds the run lock. */
export function lockScripts(): ReadonlyMap<string, string> {
  const holder = { run: HOSTILE, who: HOSTILE, from: 'h', since: '2026', command: HOSTILE };
  return new Map([['run lock', lockScript(holder, 'n0nce', 5)]]);
}
