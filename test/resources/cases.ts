/** The cases of all resource types, which stand in `cases/TYPE/NAME.yaml`. */
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

export function readCase(type: string, name: string): Case {
  return parse(readFileSync(join(casesFolder, type, name), 'utf8')) as Case;
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
