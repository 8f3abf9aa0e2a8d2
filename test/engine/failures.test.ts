import { describe, expect, it } from 'vitest';
import { createRig, failuresIn, planned } from './rig.ts';

const STEPS = `
- name: Backend
  hosts: nfs_backend
  tasks:
    - name: On the backend
      file: { path: /srv/backend, content: x }
- name: Nodes
  hosts: compute
  tasks:
    - name: First
      file: { path: /srv/first, content: "1" }
    - name: Second
      command: { script: "echo about to; echo fail >&2; [ -e /srv/ready ]; touch /srv/second", creates: /srv/second }
    - name: Third
      file: { path: /srv/third, content: "3" }
`;

describe('a change that fails', () => {
  it('fails its own host only, and shows the last lines of its output', async () => {
    const rig = createRig(STEPS, { compute: 2 });
    rig.host('c2').write('/srv/ready', '');
    const run = await rig.apply();
    expect(run.recap).toEqual(['b changed 1', 'c1 failed 1', 'c2 changed 3']);
    expect(run.exitCode).toBe(3);
    expect(failuresIn(run.events)).toEqual({
      c1: { kind: 'command', during: 'Second', code: 1, signal: null, output: 'about to\nfail' },
    });
    expect(run.events.filter(({ type }) => type === 'change.failed')).toMatchObject([
      { host: 'c1', change: 'c1:2' },
    ]);
    expect(rig.host('c1').read('/srv/third')).toBeUndefined();
    rig.host('c1').write('/srv/ready', '');
    expect((await rig.apply()).recap).toEqual(['b unchanged 0', 'c1 changed 2', 'c2 unchanged 0']);
  });

  it('on the backend keeps later stages from starting', async () => {
    const rig = createRig(
      STEPS.replace('content: x', 'content: x }\n    - command: { argv: ["false"], creates: /srv/never'),
    );
    const run = await rig.apply();
    expect(run.recap).toEqual(['b failed 1', 'c1 skipped 0']);
    expect(run.exitCode).toBe(3);
    expect(rig.host('c1').read('/srv/first')).toBeUndefined();
    // one script: the host was only read
    expect(rig.host('c1').scripts).toHaveLength(1);
  });
});

describe('a change without the planned effect', () => {
  it('is a failure', async () => {
    const rig = createRig(`
- hosts: compute
  tasks:
    - name: Never good enough
      command: { script: ":", unless: "false" }
`);
    const run = await rig.apply();
    expect(run.recap).toEqual(['b unchanged 0', 'c1 failed 1']);
    expect(failuresIn(run.events)).toEqual({
      c1: { kind: 'not-as-planned', resource: 'command :', detail: 'its test `unless` fails' },
    });
  });
});

describe('a blocked change', () => {
  const play = (hosts: string) => `
- hosts: nfs_backend
  tasks: [{ file: { path: /srv/one, content: x } }]
- hosts: ${hosts}
  tasks:
    - file: { path: /srv/before, content: x }
    - link: { path: /srv/occupied, target: elsewhere }
- hosts: all
  tasks: [{ file: { path: /srv/last, content: x } }]
`;
  it('stops all changes of its own host only', async () => {
    const rig = createRig(play('compute'), { compute: 2 });
    rig.host('c1').write('/srv/occupied', 'a file');
    const run = await rig.apply();
    expect(planned(run.plan).filter((line) => line.startsWith('c1'))).toEqual([
      'c1 blocked link /srv/occupied',
    ]);
    expect(run.recap).toEqual(['b changed 2', 'c1 blocked 0', 'c2 changed 3']);
    expect(run.exitCode).toBe(5);
    expect(rig.host('c1').read('/srv/before')).toBeUndefined();
  });

  it('on the backend stops every later stage', async () => {
    const rig = createRig(play('nfs_backend'), { compute: 1 });
    rig.host('b').write('/srv/occupied', 'a file');
    const run = await rig.apply();
    expect(planned(run.plan)).toEqual(['b create file /srv/one', 'b blocked link /srv/occupied']);
    expect(run.recap).toEqual(['b blocked 1', 'c1 skipped 0']);
    expect(run.exitCode).toBe(5);
    expect(rig.host('c1').scripts).toHaveLength(1);
  });
});

describe('a plan that has become stale', () => {
  const PLAY = `
- hosts: compute
  tasks:
    - file: { path: /srv/file, content: ours }
    - file: { path: /srv/other, content: ours }
`;
  it.each([
    ['a file that was edited', 'theirs', 'a second edit'],
    ['a file that appeared', undefined, 'theirs'],
  ])('refuses %s, and changes nothing after it', async (_what, before, after) => {
    const rig = createRig(PLAY, { compute: 2 });
    const host = rig.host('c1');
    if (before !== undefined) host.write('/srv/file', before);
    const run = await rig.apply({ between: () => host.write('/srv/file', after) });
    expect(run.recap).toEqual(['b unchanged 0', 'c1 blocked 0', 'c2 changed 2']);
    expect(run.exitCode).toBe(5);
    expect(failuresIn(run.events)).toMatchObject({
      c1: { kind: 'stale', output: expect.stringContaining('/srv/file') as string },
    });
    expect([host.read('/srv/file'), host.read('/srv/other')]).toEqual([after, undefined]);
  });
});

describe('unreachable hosts', () => {
  it('are reported, and the other hosts are changed', async () => {
    const rig = createRig(STEPS, { compute: 3 });
    for (const name of ['c1', 'c2', 'c3']) rig.host(name).write('/srv/ready', '');
    rig.down.add('c2');
    const run = await rig.apply();
    expect(run.recap).toEqual(['b changed 1', 'c1 changed 3', 'c2 unreachable 0', 'c3 changed 3']);
    expect(run.exitCode).toBe(4);
    expect(run.plan?.unread).toMatchObject([
      { host: 'c2', reason: expect.stringMatching(/^unreachable/) as string },
    ]);
  });

  it('are not changed, nor are others, where one of them is the backend', async () => {
    const rig = createRig(STEPS, { compute: 2 });
    rig.down.add('b');
    const run = await rig.apply();
    expect(run.noPlan).toMatchObject({ kind: 'backend', failure: { kind: 'unreachable' } });
    expect(rig.host('c1').scripts).toEqual([]);
  });

  it('time out after the time limit', async () => {
    const rig = createRig(STEPS, { compute: 2 });
    rig.host('c2').write('/srv/ready', '');
    let goOn: () => void = () => undefined;
    rig.host('c1').on('path list', () => new Promise((resolve) => (goOn = resolve)));
    const run = await rig.apply({ taskTimeoutSeconds: 2 });
    goOn();
    expect(run.recap).toEqual(['b changed 1', 'c1 failed 0', 'c2 changed 3']);
    expect(failuresIn(run.events)).toMatchObject({
      c1: { kind: 'timed-out', during: 'reading the host', seconds: 2 },
    });
  });
});

describe('answers that cannot be understood', () => {
  it.each(['path list', 'content sizes', 'end'])('fail the host while it is read, at %s', async (head) => {
    const rig = createRig(STEPS, { compute: 2 });
    for (const name of ['c1', 'c2']) rig.host(name).write('/srv/ready', '');
    rig.host('c1').write('/srv/first', 'x');
    rig.host('c1').on(head, ({ garble }) => garble('\n@@0 \n\u0000\u0001garbage\n@@'));
    const run = await rig.apply();
    expect(run.recap).toEqual(['b changed 1', 'c1 failed 0', 'c2 changed 3']);
    expect(run.exitCode).toBe(3);
    expect(failuresIn(run.events)).toMatchObject({ c1: { kind: 'protocol' } });
  });

  it.each(['next', 'done 0', 'verify', 'path list', 'end'])(
    'fail the host while it is changed, at %s',
    async (head) => {
      const rig = createRig(STEPS);
      rig.host('c1').write('/srv/ready', '');
      const between = (): void => rig.host('c1').on(head, ({ garble }) => garble('garbage\n@@'));
      const run = await rig.apply({ between });
      expect(run.results.map(({ outcome }) => outcome)).toEqual(['changed', 'failed']);
      expect(failuresIn(run.events)).toMatchObject({ c1: { kind: 'protocol' } });
      await rig.host('c1').idle();
      expect((await rig.apply()).exitCode).toBe(0);
    },
  );
});
