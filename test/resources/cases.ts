/** The cases of all resource types. Each stands in `cases/TYPE/NAME.yaml`, with what must come of it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parse } from 'yaml';
import type { JsonObject } from '../../src/core/json.ts';
import { createState } from '../../src/facts/state.ts';
import type { State } from '../../src/facts/state.ts';
import type { AnyResource, Drift } from '../../src/resources/resource.ts';

/**
 * Parameters, and what the host has: by fact and by what was asked for. What is not given is not there. A fact that is
 * asked for nothing in particular has its answer itself.
 */
export interface Case {
  readonly params: JsonObject;
  readonly state?: Readonly<Record<string, unknown>>;
  /** The test that tries this type on real hosts, where no playbook of test/fleet uses it. */
  readonly real?: string;
}

const NOTHING: Readonly<Record<string, (name: string) => unknown>> = {
  path: () => ({ kind: 'absent' }),
  content: () => null,
  unit: () => ({ load: 'not-found', active: 'inactive', sub: 'dead', enabled: '', needDaemonReload: false }),
  package: () => ({ manager: 'apt', installed: false, version: '' }),
  mounts: () => [],
  folder: (name) => ({ kind: 'absent', real: name, total: 0, entries: [] }),
  user: () => null,
  group: () => null,
  sysctl: () => null,
  'kernel-module': () => false,
  succeeds: () => false,
  port: () => false,
  'file-stamp': () => null,
  'nfs-server': () => ({ threads: 0, versions: [], clients: [] }),
};

export const casesFolder = join(import.meta.dirname, 'cases');

/** The names of a type's cases, such as `first.yaml`. */
export function caseNames(type: string): readonly string[] {
  return readdirSync(join(casesFolder, type)).filter((name) => name.endsWith('.yaml'));
}

/** Stands in a case's file between what is given and what must come of it. */
const MARK = '--- # What must come of it. `vitest -u` writes this part: read what it wrote.\n';

export function readCase(type: string, name: string): Case {
  return parse(givenPart(type, name)) as Case;
}

/** The whole text of a case's file, with this as what must come of it. */
export function caseText(type: string, name: string, outcome: string): string {
  return givenPart(type, name) + MARK + outcome;
}

function givenPart(type: string, name: string): string {
  return readFileSync(join(casesFolder, type, name), 'utf8').split(/^--- .*\n/m)[0] ?? '';
}

/** Whether a plan makes this change. */
export function isDone({ action }: Drift): boolean {
  return action !== 'blocked' && action !== 'deferred';
}

/** What the resource reads from the host of a case. Fails where the case gives an answer that is not asked for. */
export function stateFor(resource: AnyResource, { params, state: given = {} }: Case): State {
  const used = new Set<string>();
  const entries = resource.queries(params).map(({ fact, question, key }) => {
    const [name] = Object.values(question);
    const answers = given[fact.name];
    if (typeof name !== 'string') {
      if (answers !== undefined) used.add(fact.name);
      return [key, answers ?? NOTHING[fact.name]?.('')] as const;
    }
    const answer = (answers as Record<string, unknown> | undefined)?.[name];
    if (answer !== undefined) used.add(`${fact.name} ${name}`);
    return [key, answer ?? NOTHING[fact.name]?.(name)] as const;
  });
  for (const [fact, answers] of Object.entries(given)) {
    const names = used.has(fact) ? [] : Object.keys(answers as object).map((name) => `${fact} ${name}`);
    for (const name of names) expect(used).toContain(name);
  }
  return createState(new Map(entries));
}
