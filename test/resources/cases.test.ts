import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import type { JsonObject } from '../../src/core/json.ts';
import { createState } from '../../src/facts/state.ts';
import type { State } from '../../src/facts/state.ts';
import { resourceTypes } from '../../src/resources/index.ts';
import type { AnyResource, Drift } from '../../src/resources/resource.ts';
import { validateParams } from '../../src/resources/validate.ts';

/**
 * One case: `cases/TYPE/NAME.yaml` holds parameters and what the host has, by fact and by what was asked for; what is not
 * given is not there; a fact that is asked for nothing in particular has its answer itself. `NAME.out` holds the drifts and the exact scripts that must come of it (`vitest -u` writes it: read
 * what it wrote).
 */
interface Case {
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

const HANDLER_STATES = ['restarted', 'try-restarted', 'reloaded'];

const folder = join(import.meta.dirname, 'cases');

describe.each(Object.entries(resourceTypes))('%s', (type, resource) => {
  const names = readdirSync(join(folder, type)).filter((name) => name.endsWith('.yaml'));

  test.each(names)('%s', async (name) => {
    const { params, state: given = {} } = parse(readFileSync(join(folder, type, name), 'utf8')) as Case;
    expect(validateParams(resource, params)).toBeUndefined();
    const state = stateFor(resource, params, given);
    const drifts = resource.diff(params, state);
    const scripts = drifts.filter(isDone).map((drift) => resource.script(params, drift));
    for (const script of scripts) expect(syntaxError(script)).toBe('');

    if (resource.provesItself !== true) expect(leftOver(resource, params, state, drifts)).toEqual([]);

    const shown = drifts.map((drift) => ({
      ...drift,
      predicted: undefined,
      script: isDone(drift) ? resource.script(params, drift) : undefined,
    }));
    const out = stringify(shown, { lineWidth: 0, blockQuote: 'literal' });
    await expect(out).toMatchFileSnapshot(join(folder, type, name.replace('.yaml', '.out')));
  });
});

function isDone({ action }: Drift): boolean {
  return action !== 'blocked' && action !== 'deferred';
}

/** What a plan made of the predicted state would still do; handlers do their work whenever they are asked to. */
function leftOver(
  resource: AnyResource,
  params: JsonObject,
  state: State,
  drifts: readonly Drift[],
): readonly Drift[] {
  const after = state.with(drifts.flatMap((drift) => drift.predicted));
  const isHandler = HANDLER_STATES.some((each) => each === params['state']);
  return resource.diff(params, after).filter((drift) => isDone(drift) && !isHandler);
}

function stateFor(
  resource: AnyResource,
  params: JsonObject,
  given: Readonly<Record<string, unknown>>,
): State {
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

function syntaxError(script: string): string {
  return spawnSync('sh', ['-n'], { input: script, encoding: 'utf8' }).stderr;
}
