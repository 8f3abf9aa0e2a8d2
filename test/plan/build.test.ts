import { describe, expect, it } from 'vitest';
import { canonicalJson, fingerprint } from '../../src/core/json.ts';
import type { Json } from '../../src/core/json.ts';
import { buildHostPlan } from '../../src/plan/build.ts';
import { executableUnits, isBlocked } from '../../src/plan/plan.ts';
import { bareState, build, handler, resource, shown, desiredOf } from './desired-states.ts';

const UNIT = '/etc/systemd/system/job.service';
const ACTIVE = {
  load: 'loaded',
  active: 'active',
  sub: 'running',
  enabled: 'enabled',
  needDaemonReload: false,
};
const FILE = { kind: 'file', mode: '0644', uid: 0, gid: 0, owner: 'root', group: 'root', size: 1 };

const job = (params = {}) => resource('service', { name: 'job', enabled: true, state: 'started', ...params });
const restart = (state = 'restarted', enabled = true) =>
  handler('Restart job', 'service', { name: 'job', state }, enabled);
const conf = (notify: readonly string[] = ['Restart job']) =>
  resource('file', { path: '/etc/job.conf', content: 'x' }, notify);

describe('later tasks know the effect of earlier changes', () => {
  it('a package installs its service', () => {
    const desired = desiredOf([resource('package', { name: ['job'] }), job()]);
    expect(shown(build(desired, bareState(desired)))).toEqual([
      'create package job',
      'update service job.service',
    ]);
  });

  it('a unit file makes systemd reload its service', () => {
    const desired = desiredOf([
      resource('file', { path: UNIT, content: '[Service]\n' }),
      job({ daemon_reload: true }),
    ]);
    const { units } = build(desired, bareState(desired));
    expect(units.at(-1)?.changes[0]?.after).toEqual({ reload: true, enable: true, run: 'start' });
    const stale = desiredOf([resource('file', { path: UNIT, content: '[Service]\n' }), job()]);
    const state = bareState(stale, {
      unit: { 'job.service': ACTIVE },
      path: { [UNIT]: FILE },
      content: { [UNIT]: 'old' },
    });
    expect(build(stale, state).units.at(-1)?.changes[0]?.after).toEqual({ reload: true });
  });

  it('lines are added to a file that is created', () => {
    const desired = desiredOf([
      resource('file', { path: '/etc/hosts.x', content: 'a\n' }),
      resource('line', { path: '/etc/hosts.x', line: 'b' }),
      resource('line', { path: '/etc/hosts.x', line: 'c' }),
      resource('line', { path: '/etc/hosts.x', line: 'b' }),
    ]);
    expect(shown(build(desired, bareState(desired)))).toEqual([
      'create file /etc/hosts.x',
      'update line /etc/hosts.x',
      'update line /etc/hosts.x',
    ]);
  });

  it('a plan of the predicted state is empty', () => {
    const desired = desiredOf([
      resource('package', { name: ['job'] }),
      conf([]),
      resource('file', { path: UNIT, content: 'x' }),
      job(),
    ]);
    const built = buildHostPlan({ host: 'h', desired, state: bareState(desired), pending: [], blocks: [] });
    expect(shown(build(desired, built.state))).toEqual([]);
  });
});

describe('the same state', () => {
  it('gives the same plan, byte for byte, with ids by position', () => {
    const desired = desiredOf([conf(), job()], [restart()]);
    const [one, two] = [build(desired, bareState(desired)), build(desired, bareState(desired))];
    expect(JSON.stringify(one)).toBe(JSON.stringify(two));
    const changes = one.units.flatMap((unit) => unit.changes);
    expect(changes.map(({ id }) => id)).toEqual(changes.map((_, index) => `h:${index + 1}`));
    for (const change of changes) expect(change.fingerprint).toBe(fingerprint(change.before));
  });

  it('differs from another state in its fingerprints', () => {
    const desired = desiredOf([conf()]);
    const print = (content: string) =>
      build(
        desired,
        bareState(desired, { path: { '/etc/job.conf': FILE }, content: { '/etc/job.conf': content } }),
      ).units[0]?.changes[0]?.fingerprint;
    expect(print('a')).toBe(print('a'));
    expect(print('a')).not.toBe(print('b'));
  });

  it('has a canonical form that does not depend on the order of keys', () => {
    const one: Json = { b: [1, { d: null, c: 'x' }], a: true };
    expect(canonicalJson(one)).toBe('{"a":true,"b":[1,{"c":"x","d":null}]}');
    expect(fingerprint({ a: true, b: [1, { c: 'x', d: null }] })).toBe(fingerprint(one));
  });
});

describe('handlers', () => {
  const running = { unit: { 'job.service': ACTIVE } };
  const cases: readonly [
    string,
    Parameters<typeof desiredOf>,
    NonNullable<Parameters<typeof bareState>[1]>,
    readonly string[],
    readonly string[],
  ][] = [
    [
      'come last, once',
      [[conf(), resource('directory', { path: '/d' }, ['Restart job'])], [restart()]],
      running,
      [],
      ['create file /etc/job.conf', 'create directory /d', 'run service job.service [Restart job]'],
    ],
    [
      'are left out where nothing notified them',
      [[conf([])], [restart()]],
      running,
      [],
      ['create file /etc/job.conf'],
    ],
    [
      'are left out where they are not enabled',
      [[conf()], [restart('restarted', false)]],
      running,
      [],
      ['create file /etc/job.conf'],
    ],
    [
      'run where they are pending',
      [[], [restart('restarted', false)]],
      running,
      ['Restart job'],
      ['run service job.service [Restart job]'],
    ],
    [
      'are settled by a start of their service',
      [[conf(), job()], [restart()]],
      {},
      [],
      ['create file /etc/job.conf', 'update service job.service [Restart job]'],
    ],
    [
      'that are pending are settled by a start of their service',
      [[job()], [restart()]],
      {},
      ['Restart job'],
      ['update service job.service [Restart job]'],
    ],
    [
      'run for what changes after the start',
      [[job(), conf()], [restart()]],
      {},
      [],
      ['update service job.service', 'create file /etc/job.conf', 'run service job.service [Restart job]'],
    ],
    [
      'with nothing to change are settled with the last change',
      [[conf(['Keep'])], [handler('Keep', 'service', { name: 'job', state: 'started' })]],
      running,
      [],
      ['create file /etc/job.conf [Keep]'],
    ],
    ['that the play does not know are left pending', [[], [restart()]], running, ['Old one'], []],
  ];
  it.each(cases)('%s', (_what, desired, given, pending, expected) => {
    const made = desiredOf(...desired);
    expect(shown(build(made, bareState(made, given), { pending }))).toEqual(expected);
  });
});

describe('a service that is stopped meanwhile', () => {
  const mount = resource('mount', {
    path: '/srv/base',
    source: 'b:/pool',
    state: 'mounted',
    options: 'hard',
  });
  const desired = {
    groups: [{ stopDuring: 'job', resources: [conf(), mount] }],
    handlers: [restart('try-restarted')],
  };

  it('is stopped only for changes of file systems, which settles its restart', () => {
    const state = bareState(desired, { unit: { 'job.service': ACTIVE } });
    const plan = build(desired, state);
    expect(plan.units.map(({ stopDuring }) => stopDuring)).toEqual(['job']);
    expect(shown(plan)).toEqual(['create file /etc/job.conf, create mount /srv/base [Restart job]']);
    const without = { ...desired, groups: [{ stopDuring: 'job', resources: [conf()] }] };
    expect(build(without, state).units.map(({ stopDuring, settles }) => [stopDuring, settles])).toEqual([
      [null, []],
      [null, ['Restart job']],
    ]);
  });
});

describe('a host with a blocked change', () => {
  const desired = desiredOf([conf(), resource('link', { path: '/l', target: 't' })], [restart()]);
  const state = bareState(desired, { path: { '/l': FILE }, unit: { 'job.service': ACTIVE } });

  it('gets its blocked changes and nothing else', () => {
    const plan = build(desired, state);
    expect(shown(plan)).toEqual(['blocked link /l']);
    expect([isBlocked(plan), executableUnits(plan)]).toEqual([true, []]);
    expect(plan.units[0]?.changes[0]?.remedy).toContain('/l');
  });

  it('gets its blocking findings first', () => {
    const blocks = [
      {
        host: 'h',
        check: 'one-mount',
        code: 'two-mounts',
        fields: {},
        severity: 'block',
        finding: 'two mounts',
        remedy: 'make it one',
      },
    ] as const;
    expect(shown(build(desired, state, { blocks }))).toEqual(['blocked check one-mount, blocked link /l']);
  });

  it('does not change the predicted state', () => {
    const { state: after } = buildHostPlan({ host: 'h', desired, state, pending: [], blocks: [] });
    expect(after).toBe(state);
  });
});
