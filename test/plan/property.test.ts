import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { createState } from '../../src/facts/state.ts';
import type { State } from '../../src/facts/state.ts';
import { buildHostPlan } from '../../src/plan/build.ts';
import { executableUnits, isBlocked } from '../../src/plan/plan.ts';
import type { Change, HostPlan } from '../../src/plan/plan.ts';
import { desiredQueries } from '../../src/resources/desired-state.ts';
import type { Handler, Resource, DesiredState } from '../../src/resources/desired-state.ts';
import { handler, resource } from './desired-states.ts';

/**
 * The planner, for any state and any desired state. What a plan predicts is the desired state, a second plan is empty, nothing
 * else is changed, and only what a desired state names is deleted.
 */

const mode = fc.constantFrom('0644', '0600', '0755', '1777');
const account = fc.constantFrom<string | number>('root', 'nova', '0', 64060);
const text = fc.constantFrom(
  '',
  'a\n',
  'a\nb\n',
  'no newline',
  '[s]\no = 1\n',
  '# BEGIN m\nx\n# END m\n',
  'ü\r\nb\r\n',
);
const word = fc.constantFrom('a', 'b', 'c d', '#x');
const optional = <T extends object>(all: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<JsonObject> =>
  fc.record(all, { requiredKeys: [] }) as unknown as fc.Arbitrary<JsonObject>;
const attributes = optional({ owner: account, group: account, mode });

/** What may be desired of the thing with a number. Things with different numbers do not affect each other. */
const TYPES: Readonly<Record<string, (n: number) => fc.Arbitrary<JsonObject>>> = {
  file: (n) => fc.tuple(text, attributes).map(([content, more]) => ({ path: `/p/${n}`, content, ...more })),
  directory: (n) => attributes.map((more) => ({ path: `/p/${n}`, ...more })),
  link: (n) => word.map((target) => ({ path: `/p/${n}`, target })),
  absent: (n) => fc.constant({ path: `/p/${n}` }),
  line: (n) =>
    fc
      .tuple(word, fc.boolean(), fc.constantFrom('present', 'absent'))
      .map(([line, create, state]) => ({ path: `/p/${n}`, line, create, state })),
  block: (n) =>
    fc
      .tuple(word, fc.boolean(), fc.constantFrom('present', 'absent'))
      .map(([content, create, state]) => ({ path: `/p/${n}`, marker: 'm', content, create, state })),
  ini_option: (n) =>
    fc
      .tuple(fc.constantFrom('s', 't'), word, fc.boolean())
      .map(([section, value, create]) => ({ path: `/p/${n}`, section, option: 'o', value, create })),
  cron: (n) => word.map((job) => ({ name: `job${n}`, schedule: '@daily', job })),
  service: (n) =>
    optional({
      enabled: fc.boolean(),
      state: fc.constantFrom('started', 'stopped'),
      daemon_reload: fc.boolean(),
    }).map((more) => ({ name: `unit${n}`, ...more })),
  package: (n) => fc.subarray([`one${n}`, `two${n}`], { minLength: 1 }).map((name) => ({ name })),
  user: (n) =>
    optional({
      uid: fc.constantFrom(1, 2),
      groups: fc.subarray(['g', 'h']),
      home: fc.constantFrom('/h', '/i'),
      shell: fc.constant('/bin/sh'),
    }).map((more) => ({ name: `user${n}`, ...more })),
  group: (n) => optional({ gid: fc.constantFrom(1, 2) }).map((more) => ({ name: `group${n}`, ...more })),
  sysctl: (n) => fc.constantFrom('1', '2  3').map((value) => ({ name: `k.n${n}`, value, file: `/p/${n}` })),
  kernel_module: (n) => fc.constant({ name: `module${n}` }),
  mount: (n) =>
    fc
      .tuple(
        fc.constantFrom('mounted', 'present', 'unmounted', 'absent'),
        fc.constantFrom('empty', 'anything'),
        fc.constantFrom('hard', 'hard,nosuid'),
        fc.constantFrom('nfs4', 'tmpfs'),
      )
      .map(([state, over, options, type]) => ({
        path: `/p/${n}`,
        source: 'b:/pool',
        type,
        options,
        state,
        may_cover: over,
      })),
  nfs_export: (n) =>
    fc
      .subarray(['10.0.0.1', '10.0.0.2'], { minLength: 1 })
      .map((clients) => ({ path: `/p/${n}`, options: 'rw,sync', clients, file: `/etc/exports.d/${n}` })),
  command: (n) =>
    fc.constantFrom<JsonObject>(
      { script: 'x', creates: `/p/${n}` },
      { argv: ['x', String(n)], unless: `test ${n}` },
    ),
  wait_for: (n) => fc.constantFrom<JsonObject>({ path: `/p/${n}` }, { port: 1000 + n }, { unit: `unit${n}` }),
};

interface Case {
  readonly desired: DesiredState;
  readonly state: State;
}

const resources: fc.Arbitrary<readonly Resource[]> = fc
  .array(fc.constantFrom(...Object.keys(TYPES)), { minLength: 1, maxLength: 7 })
  .chain((types) =>
    fc.tuple(
      ...types.map((type, index) =>
        fc
          .tuple(TYPES[type]?.(index) ?? fc.constant({}), fc.boolean())
          .map(([params, notifies]) => resource(type, params, notifies ? ['Restart'] : [])),
      ),
    ),
  );

const desiredStates: fc.Arbitrary<DesiredState> = fc
  .tuple(resources, fc.array(fc.nat(3), { maxLength: 3 }), fc.boolean(), fc.boolean())
  .map(([all, cuts, rests, enabled]) => ({
    groups: grouped(all, cuts).map((group) => ({ stopDuring: rests ? 'handled' : null, resources: group })),
    handlers: [restart(enabled)],
  }));

const restart = (enabled: boolean): Handler =>
  handler('Restart', 'service', { name: 'handled', state: 'restarted' }, enabled);

function grouped(all: readonly Resource[], cuts: readonly number[]): readonly (readonly Resource[])[] {
  const groups: Resource[][] = [];
  for (const [index, each] of all.entries()) {
    const last = groups.at(-1);
    if (last === undefined || !cuts.includes(index % 4)) groups.push([each]);
    else last.push(each);
  }
  return groups;
}

interface Place {
  readonly kind: 'absent' | 'file' | 'directory' | 'link' | 'other' | 'remote';
  readonly text: string;
  readonly entries: readonly string[];
  readonly mounted: boolean;
  readonly owner: string;
  readonly mode: string;
}

const place: fc.Arbitrary<Place> = fc.record({
  kind: fc.constantFrom('absent', 'file', 'file', 'directory', 'directory', 'link', 'other', 'remote'),
  text,
  entries: fc.subarray(['x', 'y']),
  mounted: fc.boolean(),
  owner: fc.constantFrom('root', 'nova'),
  mode,
});

const unit = fc.record({
  load: fc.constantFrom('loaded', 'loaded', 'not-found', 'masked', 'no-systemd'),
  active: fc.constantFrom('active', 'inactive', 'failed', 'activating'),
  sub: fc.constant('x'),
  enabled: fc.constantFrom('enabled', 'disabled', 'static', ''),
  needDaemonReload: fc.boolean(),
});

/** A consistent state for all queries of a desired state. */
function starts(desired: DesiredState): fc.Arbitrary<State> {
  const queries = desiredQueries(desired);
  const names = [...new Set(queries.flatMap(({ question }) => Object.values(question) as readonly unknown[]))]
    .filter((name): name is string => typeof name === 'string' && name.startsWith('/'))
    .sort();
  return fc
    .tuple(fc.tuple(...names.map(() => place)), fc.infiniteStream(fc.boolean()), fc.infiniteStream(unit))
    .map(([places, coins, units]) => {
      const at = new Map(names.map((name, index) => [name, places[index]] as const));
      const coin = (): boolean => coins.next().value === true;
      const mounts = [...at].flatMap(([path, there], id) =>
        there?.mounted === true && path.startsWith('/p/')
          ? [{ id, parent: 0, root: '/', path, type: 'nfs4', source: 'b:/pool', options: ['rw', 'hard'] }]
          : [],
      );
      const answer = (fact: string, question: JsonObject): unknown => {
        const [name] = Object.values(question);
        const there = typeof name === 'string' ? at.get(name) : undefined;
        switch (fact) {
          case 'path':
            return there === undefined ? undefined : pathState(there);
          case 'content':
            return there?.kind === 'file' ? there.text : null;
          case 'folder':
            return there === undefined ? undefined : folderState(there, name as string);
          case 'mounts':
            return mounts;
          case 'unit':
            return units.next().value;
          case 'package':
            return { manager: 'apt', installed: coin(), version: '1' };
          case 'user':
            return coin() ? null : { uid: 1, gid: 1, home: '/h', shell: '/bin/sh', groups: ['g'] };
          case 'group':
            return coin() ? null : { gid: 1 };
          case 'sysctl':
            return coin() ? '1' : '2 3';
          default:
            return coin();
        }
      };
      return createState(
        new Map(queries.map(({ fact, question, key }) => [key, answer(fact.name, question)])),
      );
    });
}

function pathState({ kind, mode: bits, owner, text: content }: Place): unknown {
  if (kind === 'absent' || kind === 'remote') return { kind };
  const uid = owner === 'root' ? 0 : 64060;
  const target = kind === 'link' ? { target: 'a' } : {};
  return { kind, mode: bits, uid, gid: uid, owner, group: owner, size: content.length, ...target };
}

function folderState({ kind, entries, mounted }: Place, real: string): unknown {
  if (mounted) return { kind: 'mounted', real, total: 0, entries: [] };
  const inside = kind === 'directory' ? entries : [];
  return { kind: kind === 'file' ? 'other' : kind, real, total: inside.length, entries: inside };
}

const cases: fc.Arbitrary<Case> = desiredStates.chain((desired) =>
  starts(desired).map((state) => ({ desired, state })),
);

const plan = ({ desired, state }: Case, pending: readonly string[] = []) =>
  buildHostPlan({ host: 'h', desired, state, pending, blocks: [] });
const changesOf = ({ units }: HostPlan): readonly Change[] => units.flatMap(({ changes }) => changes);

const RUNS = { numRuns: 1500, seed: 4711 };

it('a plan predicts the desired state, and a plan of the predicted state is empty', () => {
  let done = 0;
  fc.assert(
    fc.property(cases, (each) => {
      const first = plan(each);
      if (isBlocked(first.plan)) {
        expect(first.state).toBe(each.state);
        expect(new Set(changesOf(first.plan).map(({ action }) => action))).toEqual(new Set(['blocked']));
        return;
      }
      done += 1;
      const second = plan({ ...each, state: first.state });
      expect(executableUnits(second.plan)).toEqual([]);
      for (const { resource: type, params } of each.desired.groups.flatMap((group) => group.resources))
        expect(type.diff(params, first.state).filter(({ action }) => action !== 'deferred')).toEqual([]);
    }),
    RUNS,
  );
  // many states block some desired state, but most do not
  expect(done).toBeGreaterThan(RUNS.numRuns / 10);
});

it('a plan changes and deletes only what a desired state names', () => {
  const undo = ['absent', 'unmounted'];
  fc.assert(
    fc.property(cases, fc.boolean(), (each, marks) => {
      const foreign = new Map([...each.state.entries, ['content {"path":"/foreign"}', 'kept']]);
      const { plan: made, state } = plan(
        { ...each, state: createState(foreign) },
        marks ? ['Restart', 'Other'] : [],
      );
      expect(state.entries.get('content {"path":"/foreign"}')).toBe('kept');
      expect([...state.entries.keys()]).toEqual([...foreign.keys()]);
      for (const { action, type, params } of changesOf(made)) {
        if (action === 'delete')
          expect(type === 'absent' || undo.some((state) => params['state'] === state)).toBe(true);
        // a package or a file is not replaced, and a folder that is not empty is not deleted
        expect(action).not.toBe('replace');
      }
      const wanted = [...each.desired.groups.flatMap((group) => group.resources), ...each.desired.handlers];
      for (const change of changesOf(made))
        expect(wanted.some((one) => one.resource.type === change.type && one.params === change.params)).toBe(
          true,
        );
    }),
    RUNS,
  );
});

it('the same state gives the same plan, and each change comes after those that it depends on', () => {
  fc.assert(
    fc.property(cases, (each) => {
      const first = plan(each).plan;
      expect(JSON.stringify(plan(each).plan)).toBe(JSON.stringify(first));
      const seen = new Set<string>();
      for (const { id, dependsOn } of changesOf(first)) {
        expect(seen.has(id)).toBe(false);
        for (const other of dependsOn) expect(isBlocked(first) || seen.has(other)).toBe(true);
        seen.add(id);
      }
    }),
    RUNS,
  );
});
