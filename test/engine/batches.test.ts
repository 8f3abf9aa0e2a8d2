import { describe, expect, it } from 'vitest';
import type { EventBody } from '../../src/core/event.ts';
import type { Share } from '../../src/engine/rollout.ts';
import { createRig } from './rig.ts';

const PLAY = `
- name: Backend
  hosts: nfs_backend
  tasks:
    - file: { path: /srv/file, content: x }
- name: Nodes
  hosts: compute
  tasks:
    - file: { path: /srv/one, content: "1" }
    - command: { script: "[ ! -e /srv/broken ]; touch /srv/two", creates: /srv/two }
`;

const N = (amount: number): Share => ({ amount, percent: false });

/** The phases, each with the hosts that started changes in it, in order. */
function story(events: readonly EventBody[]): readonly string[] {
  const lines: string[] = [];
  for (const event of events) {
    if (event.type === 'phase.start') lines.push(`${event.phase}:`);
    if (event.type !== 'change.start') continue;
    const last = lines.pop() ?? '';
    lines.push(last.endsWith(` ${event.host}`) ? last : `${last} ${event.host}`);
  }
  return lines;
}

const stopped = (events: readonly EventBody[]): readonly string[] =>
  events.flatMap((event) => (event.type === 'rollout.stopped' ? [event.reason] : []));

describe('batches', () => {
  it('come one after the other: the backend, the canaries, the rest', async () => {
    const rig = createRig(PLAY, { compute: 5 });
    const run = await rig.apply({ forks: 1, rollout: { canary: 1, serial: N(2) } });
    expect(story(run.events)).toEqual([
      'Read:',
      'Backend: b',
      'Nodes: canaries: c1',
      'Nodes: batch 1 of 2: c2 c3',
      'Nodes: batch 2 of 2: c4 c5',
    ]);
    expect(run.exitCode).toBe(0);
    expect(stopped(run.events)).toEqual([]);
    const again = await rig.apply({ rollout: { canary: 1, serial: N(2) } });
    expect(story(again.events)).toEqual(['Read:']);
    expect(again.results.every(({ outcome }) => outcome === 'unchanged')).toBe(true);
  });

  it('are filled by hosts that have work', async () => {
    const rig = createRig(PLAY, { compute: 4 });
    await rig.apply();
    for (const name of ['c2', 'c3']) rig.host(name).write('/srv/one', 'edited');
    const run = await rig.apply({ forks: 1, rollout: { serial: N(1) } });
    expect(story(run.events)).toEqual(['Read:', 'Nodes: batch 1 of 2: c2', 'Nodes: batch 2 of 2: c3']);
    expect(run.recap).toEqual([
      'b unchanged 0',
      'c1 unchanged 0',
      'c2 changed 1',
      'c3 changed 1',
      'c4 unchanged 0',
    ]);
  });

  it('stop after a batch with a failed host: no later host is touched', async () => {
    const rig = createRig(PLAY, { compute: 4 });
    rig.host('c2').write('/srv/broken', '');
    const run = await rig.apply({ rollout: { serial: N(2) } });
    expect(run.recap).toEqual(['b changed 1', 'c1 changed 2', 'c2 failed 1', 'c3 skipped 0', 'c4 skipped 0']);
    expect(stopped(run.events)).toEqual(['c2 failed in "Nodes: batch 1 of 2"']);
    for (const name of ['c3', 'c4']) expect(rig.host(name).scripts).toHaveLength(1);
  });

  it('go on after a failure that is allowed', async () => {
    const rig = createRig(PLAY, { compute: 3 });
    rig.host('c1').write('/srv/broken', '');
    const run = await rig.apply({ rollout: { serial: N(1), maxFailures: N(1) } });
    expect(run.recap).toEqual(['b changed 1', 'c1 failed 1', 'c2 changed 2', 'c3 changed 2']);
  });

  it('do not report a stop where the last host fails', async () => {
    const rig = createRig(PLAY, { compute: 2 });
    rig.host('c2').write('/srv/broken', '');
    const run = await rig.apply({ rollout: { serial: N(1) } });
    expect(run.recap).toEqual(['b changed 1', 'c1 changed 2', 'c2 failed 1']);
    expect(stopped(run.events)).toEqual([]);
  });

  it('of a stage with the backend start with the backend', async () => {
    const rig = createRig(`
- name: All
  hosts: all
  tasks: [{ command: { script: "[ ! -e /srv/broken ]; touch /srv/two", creates: /srv/two } }]
`);
    rig.host('b').write('/srv/broken', '');
    const run = await rig.apply({ rollout: { serial: N(1) } });
    expect(story(run.events)).toEqual(['Read:', 'All: backend: b']);
    expect(run.recap).toEqual(['b failed 0', 'c1 skipped 0']);
  });
});

describe('a canary', () => {
  it('that fails stops the run before all other nodes, whatever --max-failures allows', async () => {
    const rig = createRig(PLAY, { compute: 4 });
    rig.host('c1').write('/srv/broken', '');
    const run = await rig.apply({ rollout: { canary: 1, maxFailures: { amount: 100, percent: true } } });
    expect(run.recap).toEqual(['b changed 1', 'c1 failed 1', 'c2 skipped 0', 'c3 skipped 0', 'c4 skipped 0']);
    expect(run.exitCode).toBe(3);
    expect(stopped(run.events)).toEqual(['the canary c1 failed']);
    for (const name of ['c2', 'c3', 'c4']) expect(rig.host(name).scripts).toHaveLength(1);
  });

  it('is of each kind of changes', async () => {
    const rig = createRig(PLAY, { compute: 4 });
    rig.host('c4').write('/srv/one', '1');
    const run = await rig.apply({ forks: 1, rollout: { canary: 2 } });
    expect(story(run.events).slice(2)).toEqual(['Nodes: canaries: c1 c4', 'Nodes: batch 1 of 1: c2 c3']);
  });

  it('that is named and unreachable stops the run before its first change', async () => {
    const rig = createRig(PLAY, { compute: 2 });
    rig.down.add('c2');
    const run = await rig.apply({ rollout: { canary: ['c2'] } });
    expect(run.recap).toEqual(['b skipped 0', 'c1 skipped 0', 'c2 unreachable 0']);
    expect(stopped(run.events)).toEqual(['the canary c2 could not be reached']);
    expect(rig.host('b').read('/srv/file')).toBeUndefined();
  });

  it('that is named goes first', async () => {
    const rig = createRig(PLAY, { compute: 3 });
    const run = await rig.apply({ forks: 1, rollout: { canary: ['c3', 'c2'] } });
    expect(story(run.events).slice(2)).toEqual(['Nodes: canaries: c2 c3', 'Nodes: batch 1 of 1: c1']);
  });
});

describe('more failures than allowed', () => {
  it('let started hosts finish and start no others', async () => {
    const rig = createRig(PLAY, { compute: 4 });
    for (const name of ['c1', 'c2']) rig.host(name).write('/srv/broken', '');
    const run = await rig.apply({ forks: 1, rollout: { maxFailures: N(1) } });
    expect(run.recap).toEqual(['b changed 1', 'c1 failed 1', 'c2 failed 1', 'c3 skipped 0', 'c4 skipped 0']);
    expect(stopped(run.events)).toEqual([
      '2 of 4 compute nodes failed or could not be reached, and --max-failures is 1',
    ]);
  });

  it('include unreachable hosts, before anything is changed', async () => {
    const rig = createRig(PLAY, { compute: 2 });
    rig.down.add('c2');
    const run = await rig.apply({ rollout: { maxFailures: N(0) } });
    expect(run.recap).toEqual(['b skipped 0', 'c1 skipped 0', 'c2 unreachable 0']);
    expect(run.exitCode).toBe(4);
    expect(rig.host('b').read('/srv/file')).toBeUndefined();
  });

  it('do not include hosts that the plan blocks', async () => {
    const rig = createRig(
      PLAY.replace('file: { path: /srv/one, content: "1" }', 'link: { path: /srv/one, target: x }'),
      { compute: 2 },
    );
    rig.host('c1').write('/srv/one', 'in the way');
    const run = await rig.apply({ rollout: { maxFailures: N(0), serial: N(1) } });
    expect(run.recap).toEqual(['b changed 1', 'c1 blocked 0', 'c2 changed 2']);
  });
});

describe('several plays', () => {
  it('report a host as skipped if a later play was not started there', async () => {
    const rig = createRig(
      `${PLAY}- name: Last
  hosts: compute
  tasks: [{ file: { path: /srv/last, content: x } }]
`,
      { compute: 2 },
    );
    rig.host('c2').write('/srv/broken', '');
    const run = await rig.apply({ rollout: { maxFailures: N(0) } });
    expect(run.recap).toEqual(['b changed 1', 'c1 skipped 2', 'c2 failed 1']);
  });
});
