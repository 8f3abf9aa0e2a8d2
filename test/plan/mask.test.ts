import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EVENT_WORDS } from '../../src/core/event.ts';
import type { Event } from '../../src/core/event.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { maskData } from '../../src/core/secrets/mask-data.ts';
import { alsoByName, maskValues } from '../../src/core/secrets/mask.ts';
import { defaultSettings } from '../../src/inventory/settings-values.ts';
import { maskDesiredState, maskPlan, maskProvenance } from '../../src/plan/mask.ts';
import type { Change, Plan } from '../../src/plan/plan.ts';
import { loadDesiredState } from '../../src/plan/saved-plan.ts';
import type { Provenance } from '../../src/plan/saved-plan.ts';
import { change, plan } from '../report/build.ts';

/** A secret that the run knows, and one that only its name gives away. */
const KNOWN = 'S3cret-known';
const NAMED = 'S3cret-named';
const PLANTED = `x ${KNOWN} y\npassword = ${NAMED}`;

const mask = maskValues([KNOWN]);

// the builders fill in every field that is not named here, so that a new field is tested too
const CHANGE = change({
  id: 'c1:1',
  task: 'Task',
  resource: 'line /etc/x',
  type: 'line',
  label: '/etc/x',
  params: { path: '/etc/x', line: 'x', nested: [{ text: 'x' }] },
  notify: ['Handler'],
  dependsOn: ['c1:0'],
  action: 'update',
  before: { line: 'x' },
  after: { line: 'y' },
  unknown: ['version'],
  reason: 'differs',
  risk: 'none',
  diff: '-x',
  remedy: 'wait',
  fingerprint: 'f',
});

const PLAN = plan({
  formatVersion: 1,
  fastboot: '1.0',
  createdAt: '2026-01-01T00:00:00Z',
  inventory: { file: 'i.yaml', digest: 'd' },
  playbook: { file: 'p.yaml', digest: 'd' },
  limit: 'c1',
  findings: [
    {
      host: 'c1',
      check: 'clock',
      code: 'skewed',
      severity: 'block',
      fields: { seconds: 5, names: ['x'], nested: { text: 'x' } },
      finding: 'x',
      remedy: 'y',
    },
  ],
  stages: [
    {
      name: 'Stage',
      essential: true,
      hosts: [{ host: 'c1', units: [{ stopDuring: 'x.service', changes: [CHANGE], settles: ['Handler'] }] }],
    },
  ],
  unread: [{ host: 'c2', reason: 'x' }],
});

const RESOURCE = { task: 'Task', type: 'line', params: { line: 'x' }, notify: ['Handler'] };

const PROVENANCE: Provenance = {
  files: { inventory: '/i.yaml', playbook: '/p.yaml' },
  hosts: [
    {
      name: 'c1',
      address: '10.0.0.1',
      port: 22,
      portGiven: true,
      user: 'root',
      privateKeyFile: '/key',
      become: false,
      connection: 'ssh',
      storageAddress: '10.0.0.1',
      groups: ['compute'],
      settings: defaultSettings,
    },
  ],
  derivation: 'apply',
  selected: ['c1'],
  plays: [
    {
      name: 'Play',
      hosts: 'compute',
      names: ['pool.gid'],
      desired: {
        c1: {
          groups: [{ stopDuring: 'x.service', resources: [RESOURCE] }],
          handlers: [{ ...RESOURCE, enabled: true }],
        },
      },
    },
  ],
  facts: { c1: { 'pool.gid': '1', 'pool.nested': { text: ['x'] } } },
  needsSecrets: ['line /etc/x'],
};

/** The same data with another text in every place that has one. */
function plant<T>(value: T, text: string): T {
  if (typeof value === 'string') return text as T;
  if (Array.isArray(value)) return value.map((item: unknown) => plant(item, text)) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, plant<unknown>(item, text)]),
  ) as T;
}

/** The fields that still hold a text, by the keys that lead there. */
function clear(value: unknown, text: string, place: readonly string[] = []): readonly string[] {
  if (typeof value === 'string') return value.includes(text) ? [place.join('.')] : [];
  if (Array.isArray(value)) return [...new Set(value.flatMap((item: unknown) => clear(item, text, place)))];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) => clear(item, text, [...place, key]));
}

/** The named properties of all objects in a part of a schema. */
function propertiesIn(schema: Json): readonly string[] {
  if (schema === null || typeof schema !== 'object') return [];
  if (Array.isArray(schema)) return schema.flatMap((item: Json) => propertiesIn(item));
  const own = Object.keys(((schema as JsonObject)['properties'] ?? {}) as JsonObject);
  return [...own, ...Object.values(schema as JsonObject).flatMap((item) => propertiesIn(item))];
}

function keysIn(value: unknown): readonly string[] {
  if (value === null || typeof value !== 'object') return [];
  if (Array.isArray(value)) return value.flatMap(keysIn);
  return Object.entries(value).flatMap(([key, item]) => [key, ...keysIn(item)]);
}

describe('a plan', () => {
  it('that is tested here has every field that the schema knows', () => {
    const schema = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../schemas/plan.schema.json'), 'utf8'),
    ) as JsonObject;
    const known = new Set([...keysIn(PLAN), ...keysIn(PROVENANCE), 'kind', 'digest', 'provenance']);
    expect(propertiesIn(schema).filter((name) => !known.has(name))).toEqual([]);
  });

  const WORDS = [
    'fastboot',
    'createdAt',
    'inventory.file',
    'inventory.digest',
    'playbook.file',
    'playbook.digest',
    'limit',
    'findings.host',
    'findings.check',
    'findings.code',
    'findings.severity',
    'stages.hosts.host',
    'stages.hosts.units.changes.id',
    'stages.hosts.units.changes.type',
    'stages.hosts.units.changes.dependsOn',
    'stages.hosts.units.changes.action',
    'stages.hosts.units.changes.risk',
    'stages.hosts.units.changes.fingerprint',
    'stages.hosts.units.changes.unknown',
    'unread.host',
  ];

  it.each([
    ['that the run knows', KNOWN],
    ['that its name gives away', NAMED],
  ])('shows a secret %s in no text but its own words', (_what, secret) => {
    const planted = plant(PLAN, PLANTED);
    expect(clear(maskPlan(planted, mask), secret)).toEqual(WORDS);
  });

  it('has a diff of which both sides are masked', () => {
    const diff = `-password = ${NAMED}\n+password = ${NAMED}\n+x ${KNOWN}`;
    const masked = maskPlan(withChange({ diff }), mask);
    expect(clear(masked, 'S3cret')).toEqual([]);
  });

  it("shows the playbook's own text in files that fastboot owns, but for what the run knows", () => {
    const text = `token = ${NAMED}\nx ${KNOWN}`;
    const diff = `-token = ${NAMED}\n+token = ${NAMED}\n+x ${KNOWN}`;
    const change = { type: 'file', params: { content: text }, before: text, after: text, diff };
    const masked = maskPlan(withChange(change), mask);
    expect(clear(masked, KNOWN)).toEqual([]);
    expect(clear(masked, NAMED)).toEqual([
      'stages.hosts.units.changes.params.content',
      'stages.hosts.units.changes.after',
      'stages.hosts.units.changes.diff',
    ]);
  });

  it('hides the value of an option that is named in a parameter of its own', () => {
    const params = { section: 'neutron', option: 'password', value: NAMED };
    expect(clear(maskPlan(withChange({ type: 'ini_option', params }), mask), NAMED)).toEqual([]);
  });

  it('hides a secret that is a word of its own in a command', () => {
    const params = { argv: ['mysql', '--password', NAMED], unless: ['test', `token=${NAMED}`] };
    expect(clear(maskPlan(withChange({ type: 'command', params }), mask), NAMED)).toEqual([]);
  });

  const withChange = (change: Partial<Change>): Plan => ({
    ...PLAN,
    stages: [
      {
        name: 'Stage',
        essential: true,
        hosts: [
          {
            host: 'c1',
            units: [{ stopDuring: null, changes: [{ ...CHANGE, ...change }], settles: [] }],
          },
        ],
      },
    ],
  });
});

describe('what a plan was decided from', () => {
  it('shows a secret in no text but its own words', () => {
    const planted = plant(PROVENANCE, PLANTED);
    const words = [
      'files.inventory',
      'files.playbook',
      ...clear(plant(PROVENANCE.hosts, KNOWN), KNOWN).map((name) => `hosts.${name}`),
      'derivation',
      'selected',
      'plays.hosts',
      'plays.names',
      // masked before, by the type of the resource
      'plays.desired.c1.groups.resources.type',
      'plays.desired.c1.groups.resources.params.line',
      'plays.desired.c1.handlers.type',
      'plays.desired.c1.handlers.params.line',
      'needsSecrets',
    ];
    expect(clear(maskProvenance(planted, mask), KNOWN)).toEqual(words);
    expect(clear(maskProvenance(planted, mask), NAMED)).toEqual(words);
  });

  it('has desired states without secrets', () => {
    const desired = plant(PROVENANCE.plays[0]?.desired['c1'], PLANTED);
    if (desired === undefined) throw new Error('no desired state');
    const typed = JSON.parse(
      JSON.stringify(desired, (key, value: unknown) => (key === 'type' ? 'line' : value)),
    ) as typeof desired;
    const masked = maskDesiredState(loadDesiredState(typed), mask);
    expect(clear(masked, KNOWN)).toEqual([]);
    expect(clear(masked, NAMED)).toEqual([]);
  });
});

describe('events', () => {
  const WORDS = [
    'type',
    'command',
    'runId',
    'host',
    'hosts',
    'change',
    'outcome',
    'unit',
    'signal',
    'createdAt',
    'failure.kind',
    'failure.verdict',
    'failure.signal',
    'differences.kind',
    'differences.about',
    'differences.host',
  ];

  it('show a secret in no text but their own words', () => {
    const schema = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../schemas/event.schema.json'), 'utf8'),
    ) as JsonObject;
    const names = [...new Set(propertiesIn(schema))];
    const nested = Object.fromEntries(names.map((name) => [name, PLANTED]));
    const event = { ...nested, failure: nested, differences: [nested] } as unknown as Event;
    const masked = maskData(event, alsoByName(mask), EVENT_WORDS);
    for (const secret of [KNOWN, NAMED])
      expect([...clear(masked, secret)].sort()).toEqual(
        WORDS.filter((word) => names.includes(word.split('.').at(-1) ?? '')).sort(),
      );
  });
});
