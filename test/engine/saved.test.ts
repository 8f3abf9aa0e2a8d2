import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { savedRunInputs } from '../../src/engine/saved-inputs.ts';
import { derivations } from '../../src/pool/derivations.ts';
import type { SavedPlan } from '../../src/plan/saved-plan.ts';
import { createRig, planned } from './rig.ts';
import type { PlanRun } from './rig.ts';
import { describeTree, snapshotTree } from './tree.ts';

/** Saved plans that can be applied in part only, and hosts that are changed one by one. */

const SITE = `
- hosts: nfs_backend
  tasks: [{ file: { path: /srv/one, content: "{{ motd }}" } }]
- hosts: compute
  tasks:
    - file: { path: /srv/two, content: "{{ host.name }}" }
    - link: { path: /srv/link, target: two }
- hosts: all
  tasks: [{ line: { path: /srv/three, line: last, create: true } }]
`;

function savedOf({ saved }: PlanRun): SavedPlan {
  if (saved === undefined) throw new Error('no plan');
  return JSON.parse(JSON.stringify(saved)) as SavedPlan;
}

describe('a saved plan', () => {
  it('is applied on the hosts that it could read', async () => {
    const rig = createRig(SITE, { compute: 2 });
    rig.down.add('c2');
    const saved = savedOf(await rig.plan());
    expect(saved.unread).toEqual([{ host: 'c2', reason: 'unreachable: connection refused' }]);
    const run = await rig.apply({ saved });
    expect(run.drift ?? []).toEqual([]);
    expect(run.recap).toEqual(['b changed 2', 'c1 changed 3', 'c2 unreachable 0']);
    expect(run.exitCode).toBe(4);
  });

  it('changes nothing on a blocked host', async () => {
    const rig = createRig(SITE, { compute: 2 });
    rig.host('c1').write('/srv/link', 'a file');
    const saved = savedOf(await rig.plan());
    const run = await rig.apply({ saved });
    expect(run.recap).toEqual(['b changed 2', 'c1 blocked 0', 'c2 changed 3']);
    expect(run.exitCode).toBe(5);
  });

  it('is for the hosts that it was limited to', async () => {
    const rig = createRig(SITE, { compute: 2 });
    const saved = savedOf(await rig.plan({ selected: ['c2'] }));
    expect((await rig.apply({ saved })).recap).toEqual(['b changed 2', 'c2 changed 3']);
    expect(rig.host('c1').read('/srv/two')).toBeUndefined();
  });

  it('keeps the derivation that it was made with', async () => {
    const rig = createRig(SITE);
    const saved = savedOf(await rig.plan({ derivation: 'remove' }));
    expect(saved.provenance.derivation).toBe('remove');
    expect(savedRunInputs(saved).derivation).toBe(derivations.remove);
  });

  it('is applied as it is, though its playbook has changed meanwhile', async () => {
    const rig = createRig(SITE);
    const saved = savedOf(await rig.plan());
    rig.playbook('- hosts: all\n  tasks: [{ file: { path: /srv/other, content: x } }]\n');
    expect((await rig.apply({ saved })).recap).toEqual(['b changed 2', 'c1 changed 3']);
    expect(rig.host('c1').read('/srv/other')).toBeUndefined();
  });

  const drifts: readonly [
    string,
    (rig: ReturnType<typeof createRig>) => void,
    (rig: ReturnType<typeof createRig>) => void,
    object,
  ][] = [
    [
      'an unreachable host can be reached',
      (rig) => rig.down.add('c2'),
      (rig) => rig.down.delete('c2'),
      { host: 'c2', item: 'connection', then: 'unreachable: connection refused', now: 'reachable' },
    ],
    [
      'a host cannot be reached any more',
      () => undefined,
      (rig) => rig.down.add('c2'),
      { host: 'c2', item: 'connection', then: 'reachable' },
    ],
    [
      'nothing is blocked any more',
      (rig) => rig.host('c1').write('/srv/link', 'a file'),
      (rig) => rmSync(rig.host('c1').at('/srv/link')),
      {
        host: 'c1',
        item: 'link /srv/link',
        then: '/srv/link is a file, but a symbolic link is needed there',
        now: 'missing',
      },
    ],
    [
      'something is blocked',
      () => undefined,
      (rig) => rig.host('b').write('/srv/one/is/a/folder', ''),
      { host: 'b', item: 'file /srv/one', then: 'missing' },
    ],
  ];
  it.each(drifts)('is stale where %s, and nothing is touched', async (_what, before, after, named) => {
    const rig = createRig(SITE, { compute: 2 });
    before(rig);
    const saved = savedOf(await rig.plan());
    after(rig);
    const trees = ['b', 'c1', 'c2'].map((name) => snapshotTree(rig.host(name).at('/srv')));
    const run = await rig.apply({ saved });
    expect(run.drift).toEqual([expect.objectContaining(named)]);
    expect(['b', 'c1', 'c2'].map((name) => snapshotTree(rig.host(name).at('/srv')))).toEqual(trees);
  });
});

describe('hosts', () => {
  it('have the same result and the same plans, in any order, one by one or together', async () => {
    const wayOf = async (orders: readonly (readonly string[])[], forks: number) => {
      const rig = createRig(SITE, { compute: 3 });
      rig.host('c2').write('/srv/two', 'before');
      const made: string[] = [];
      for (const selected of orders) made.push(...planned((await rig.apply({ selected, forks })).plan));
      return {
        planned: made.sort(),
        trees: ['b', 'c1', 'c2', 'c3'].map((name) => describeTree(rig.host(name).at('/srv'))),
      };
    };
    const together = await wayOf([['c1', 'c2', 'c3']], 32);
    expect(together.planned).toHaveLength(11);
    expect(await wayOf([['c1'], ['c2'], ['c3']], 1)).toEqual(together);
    expect(await wayOf([['c3'], ['c1', 'c2']], 1)).toEqual(together);
    expect(await wayOf([[], ['c2', 'c3'], ['c1']], 2)).toEqual(together);
  });
});
