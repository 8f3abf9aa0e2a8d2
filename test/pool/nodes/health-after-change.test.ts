import { expect, it } from 'vitest';
import { mounts } from '../../../src/facts/mounts.ts';
import type { Mount } from '../../../src/formats/mountinfo.ts';
import { nova } from '../../../src/facts/nova.ts';
import { createState } from '../../../src/facts/state.ts';
import type { Patch } from '../../../src/facts/state.ts';
import { unit } from '../../../src/facts/unit.ts';
import { filesOnMount } from '../../../src/facts/files-on-mount.ts';
import { nodeHealth } from '../../../src/pool/nodes/health-after-change.ts';
import { answer, computeAnswers, debianNova, makeInventory, NOVA_UNITS } from '../fixture.ts';

const BASE = '/var/lib/nova/instances/_base';
const SOURCE = '198.51.100.10:/var/lib/glance/imagecache';
const NAMES = ['a'.repeat(40), 'b'.repeat(40)];
const SERVICE = 'nova-compute.service';
const inventory = makeInventory(1);
const [host] = inventory.compute;

const pool = (source: string): readonly Mount[] => [
  { id: 30, parent: 20, root: '/', path: BASE, type: 'nfs4', source, options: ['rw'] },
];
const mounted = answer(mounts({}), pool(SOURCE));
const notMounted = answer(mounts({}), []);
const seen = (missing: readonly string[], answered = true): Patch =>
  answer(filesOnMount({ path: BASE, names: NAMES }), { answered, missing });
const service = (active: string): Patch =>
  answer(unit({ name: SERVICE }), {
    load: 'loaded',
    active,
    sub: 'x',
    enabled: 'enabled',
    needDaemonReload: false,
  });
const novaWas = (active: string): Patch =>
  answer(nova(NOVA_UNITS), {
    ...debianNova,
    units: debianNova.units.map((each) => (each.name === SERVICE ? { ...each, active } : each)),
  });

/** The fault of a node, as it was, as it was read back, and as it is found then. */
function faultOf(before: Patch, now: Patch, after: readonly Patch[]): string | undefined {
  if (host === undefined) throw new Error('no compute node');
  const empty = createState(new Map());
  const start = empty.with([...computeAnswers(inventory, host, 1), before, notMounted]);
  const health = nodeHealth({
    inventory,
    host,
    before: start,
    now: start.with([now]),
    vars: { pool: { source: SOURCE } },
    names: NAMES,
  });
  const found = empty.with(after);
  expect(health?.queries.every((query) => found.has(query))).toBe(true);
  const fault = health?.fault(found);
  return fault && `${fault.resource}: ${fault.detail}`;
}

it.each<[string, Patch, Patch, readonly Patch[], string | undefined]>([
  ['all well', novaWas('active'), mounted, [mounted, seen([]), service('active')], undefined],
  ['nova-compute reloads', novaWas('active'), mounted, [mounted, seen([]), service('reloading')], undefined],
  [
    'a trailing slash',
    novaWas('inactive'),
    answer(mounts({}), pool(`${SOURCE}/`)),
    [mounted, seen([])],
    undefined,
  ],
  ['nova-compute was not up before', novaWas('inactive'), mounted, [mounted, seen([])], undefined],
  ['no mount was made', novaWas('inactive'), notMounted, [], undefined],
  ['something else is mounted', novaWas('inactive'), answer(mounts({}), pool('other:/x')), [], undefined],
  [
    'nova-compute ended',
    novaWas('active'),
    mounted,
    [mounted, seen([]), service('failed')],
    `service ${SERVICE}: it was active before, and is failed now`,
  ],
  [
    'nova-compute starts again and again',
    novaWas('active'),
    notMounted,
    [service('activating')],
    `service ${SERVICE}: it was active before, and is activating now`,
  ],
  [
    'the mount is gone',
    novaWas('inactive'),
    mounted,
    [notMounted, seen([])],
    `mount ${BASE}: it was mounted before, and is not mounted now`,
  ],
  [
    'the server does not answer',
    novaWas('inactive'),
    mounted,
    [mounted, seen([], false)],
    `mount ${BASE}: it is mounted, but looking at its files timed out after 20 s`,
  ],
  [
    'a file is not seen',
    novaWas('inactive'),
    mounted,
    [mounted, seen(['b'.repeat(40)])],
    `mount ${BASE}: 1 of 2 base files of the pool are missing there; the first is ${'b'.repeat(40)}`,
  ],
])('%s', (_, before, now, after, expected) => {
  expect(faultOf(before, now, after)).toBe(expected);
});

it('has nothing to say of a node of which the pool was not read', () => {
  if (host === undefined) throw new Error('no compute node');
  const empty = createState(new Map());
  expect(nodeHealth({ inventory, host, before: empty, now: empty, vars: {}, names: [] })).toBeUndefined();
});
