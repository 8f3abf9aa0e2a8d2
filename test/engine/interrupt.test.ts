import { describe, expect, it } from 'vitest';
import { createRig, failuresIn, planned } from './rig.ts';
import type { Rig } from './rig.ts';
import { describeTree } from './tree.ts';

const PLAY = `
- name: Backend
  hosts: nfs_backend
  tasks:
    - file: { path: /srv/backend, content: x }
- name: Nodes
  hosts: compute
  tasks:
    - file: { path: /srv/one, content: "1" }
    - name: Together
      block:
        - command: { script: "echo loud; echo 2 >/srv/two; echo louder", creates: /srv/two }
        - file: { path: /srv/three, content: "3" }
    - file: { path: /srv/four, content: "4" }
`;

/** The hosts after a run without an interrupt. */
async function undisturbed(): Promise<Readonly<Record<string, string>>> {
  const rig = createRig(PLAY);
  await rig.apply();
  return describeTree(rig.host('c1').at('/srv'));
}

async function expectNextRunCarriesOn(rig: Rig, left: readonly string[]): Promise<void> {
  const next = await rig.apply();
  expect(planned(next.plan)).toEqual(left);
  expect(next.exitCode).toBe(0);
  expect(describeTree(rig.host('c1').at('/srv'))).toEqual(await undisturbed());
  expect(planned((await rig.plan()).plan)).toEqual([]);
}

describe('a run that is asked to stop', () => {
  const stopAt = async (head: string) => {
    const rig = createRig(PLAY, { compute: 2 });
    const stop = new AbortController();
    const run = await rig.apply({
      stop: stop.signal,
      between: () => rig.host('c1').on(head, () => stop.abort()),
    });
    return { rig, run };
  };

  it('finishes the unit that it has begun and starts no others', async () => {
    const { rig, run } = await stopAt('start 1');
    expect(run.results[1]).toEqual({ host: 'c1', outcome: 'skipped', changed: 3 });
    expect([rig.host('c1').read('/srv/three'), rig.host('c1').read('/srv/four')]).toEqual(['3', undefined]);
    await rig.host('c2').idle();
    const next = await rig.apply();
    expect(next.recap[1]).toBe('c1 changed 1');
    expect(next.exitCode).toBe(0);
  });

  it('verifies a host whose last unit was running', async () => {
    const { run } = await stopAt('start 3');
    expect(run.results[1]).toEqual({ host: 'c1', outcome: 'changed', changed: 4 });
  });

  it('starts nothing on a host that has not started', async () => {
    const { rig, run } = await stopAt('next');
    expect(run.results[1]).toEqual({ host: 'c1', outcome: 'skipped', changed: 0 });
    expect(rig.host('c1').read('/srv/one')).toBeUndefined();
  });

  it('starts no later stage', async () => {
    const rig = createRig(PLAY);
    const stop = new AbortController();
    const run = await rig.apply({
      stop: stop.signal,
      between: () => rig.host('b').on('start', () => stop.abort()),
    });
    expect(run.recap).toEqual(['b changed 1', 'c1 skipped 0']);
  });

  it('stops reading at once', async () => {
    const rig = createRig(PLAY);
    const stop = new AbortController();
    let goOn: () => void = () => undefined;
    rig.host('c1').on('path list', () => {
      stop.abort();
      return new Promise((resolve) => (goOn = resolve));
    });
    const run = await rig.apply({ stop: stop.signal });
    expect(run.noPlan).toEqual({ kind: 'interrupted' });
    expect(failuresIn(run.events)).toEqual({});
    goOn();
  });

  it('frees the lock', async () => {
    const { rig } = await stopAt('start 1');
    expect((await rig.apply()).noPlan).toBeUndefined();
  });
});

describe('a run that is interrupted twice', () => {
  it('drops the connections, and the hosts finish the unit that they have begun', async () => {
    const rig = createRig(PLAY);
    const [stop, kill] = [new AbortController(), new AbortController()];
    const interrupt = (): void => {
      stop.abort();
      kill.abort();
    };
    const run = await rig.apply({
      stop: stop.signal,
      kill: kill.signal,
      between: () => rig.host('c1').on('start 1', interrupt),
    });
    expect(run.recap).toEqual(['b changed 1', 'c1 failed 1']);
    expect(failuresIn(run.events)).toMatchObject({ c1: { kind: 'lost' } });
    await rig.host('c1').idle();
    await expectNextRunCarriesOn(rig, ['c1 create file /srv/four']);
  });
});

describe('a connection that is lost', () => {
  const cases: readonly [string, 'cut' | 'crash', readonly string[]][] = [
    [
      'next',
      'cut',
      [
        'c1 create file /srv/one',
        'c1 run command echo loud; echo 2 >/srv/two; echo louder',
        'c1 create file /srv/three',
        'c1 create file /srv/four',
      ],
    ],
    [
      'start 0',
      'cut',
      [
        'c1 run command echo loud; echo 2 >/srv/two; echo louder',
        'c1 create file /srv/three',
        'c1 create file /srv/four',
      ],
    ],
    ['start 1', 'cut', ['c1 create file /srv/four']],
    ['start 2', 'cut', ['c1 create file /srv/four']],
    ['done 2', 'cut', ['c1 create file /srv/four']],
    ['verify', 'cut', []],
    ['end', 'cut', []],
    [
      'start 1',
      'crash',
      [
        'c1 run command echo loud; echo 2 >/srv/two; echo louder',
        'c1 create file /srv/three',
        'c1 create file /srv/four',
      ],
    ],
    ['done 1', 'crash', ['c1 create file /srv/three', 'c1 create file /srv/four']],
    ['start 3', 'crash', ['c1 create file /srv/four']],
  ];
  it.each(cases)(
    'at "%s" by %s leaves a state from which the next run continues',
    async (head, how, left) => {
      const rig = createRig(PLAY);
      const run = await rig.apply({ between: () => rig.host('c1').on(head, (control) => control[how]()) });
      expect(run.recap[1]).toMatch(/^c1 failed/);
      expect(run.exitCode).toBe(3);
      expect(failuresIn(run.events)).toMatchObject({ c1: { kind: 'lost' } });
      await rig.host('c1').idle();
      await expectNextRunCarriesOn(rig, left);
    },
  );

  it.each(['path list', 'end'])(
    'at "%s" while the host is read takes the host out of the run',
    async (head) => {
      const rig = createRig(PLAY, { compute: 2 });
      rig.host('c1').on(head, ({ cut }) => cut());
      const run = await rig.apply();
      expect(run.recap).toEqual(['b changed 1', 'c1 failed 0', 'c2 changed 4']);
    },
  );

  it('of the backend while it is changed keeps the compute nodes unchanged', async () => {
    const rig = createRig(PLAY);
    const run = await rig.apply({ between: () => rig.host('b').on('start 0', ({ cut }) => cut()) });
    expect(run.recap).toEqual(['b failed 0', 'c1 skipped 0']);
    expect(rig.host('c1').scripts).toHaveLength(1);
  });
});
