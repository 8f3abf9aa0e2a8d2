import { describe, expect, it } from 'vitest';
import { takeLock } from '../../src/engine/lock.ts';
import type { Lock } from '../../src/engine/lock.ts';
import type { RunOptions, RunningScript } from '../../src/transport/transport.ts';
import { createRig } from './rig.ts';
import type { Rig } from './rig.ts';
import { SHELLS } from './shell-host.ts';

const PLAY = `
- hosts: all
  tasks: [{ file: { path: /srv/file, content: x } }]
`;

const HOLDER = { who: 'alice', from: 'desk', since: 'noon', command: 'fastboot apply it' };

let nonce = 0xabc;

/** Takes the lock as another run would, and gives what its transport would hold. */
async function takeOther(rig: Rig): Promise<{ readonly lock: Lock; readonly script: RunningScript }> {
  const scripts: RunningScript[] = [];
  const run = (text: string, options: RunOptions): RunningScript => {
    const script = rig.host('b').run(text, options);
    scripts.push(script);
    return script;
  };
  const taken = await takeLock({ run, close: () => Promise.resolve() }, HOLDER, (nonce++).toString(16));
  const [script] = scripts;
  if (!taken.ok || script === undefined) throw new Error(JSON.stringify(taken));
  return { lock: taken.value, script };
}

describe.each(SHELLS.map((shell) => ({ name: shell.join(' '), shell })))(
  'the run lock in $name',
  ({ shell }) => {
    it('refuses a second run, names its holder, and touches nothing', async () => {
      const rig = createRig(PLAY, { shell });
      const { lock } = await takeOther(rig);
      const before = rig.host('c1').scripts.length;
      const run = await rig.apply();
      expect(run.noPlan).toEqual({ kind: 'locked', holder: JSON.stringify(HOLDER) });
      expect(rig.host('c1').scripts.length).toBe(before);
      expect(rig.host('c1').read('/srv/file')).toBeUndefined();
      await lock.release();
      expect((await rig.apply()).exitCode).toBe(0);
    });

    it('is free once its run has lost the connection', async () => {
      const rig = createRig(PLAY, { shell });
      const { lock, script } = await takeOther(rig);
      script.abort();
      await lock.ended;
      await rig.host('b').idle();
      expect((await rig.apply()).exitCode).toBe(0);
    });

    it('is free once the power was off', async () => {
      const rig = createRig(PLAY, { shell });
      rig.host('b').on('locked', ({ crash }) => crash());
      expect((await rig.apply()).noPlan).toMatchObject({
        kind: 'backend',
        failure: { kind: 'lost', during: 'taking the run lock' },
      });
      expect((await rig.apply()).exitCode).toBe(0);
    });
  },
);

describe('runs with the lock', () => {
  it('exclude each other', async () => {
    const rig = createRig(PLAY, { compute: 2 });
    const runs = await Promise.all([rig.apply({ holder: 'one' }), rig.apply({ holder: 'two' })]);
    const held = runs.filter(({ noPlan }) => noPlan?.kind === 'locked');
    expect(held).toHaveLength(1);
    expect(runs.filter(({ exitCode }) => exitCode === 0)).toHaveLength(1);
    expect((await rig.apply()).recap).toEqual(['b unchanged 0', 'c1 unchanged 0', 'c2 unchanged 0']);
  });

  it('leave it free however they end', async () => {
    const rig = createRig(
      PLAY.replace(
        '{ file: { path: /srv/file, content: x } }',
        '{ command: { argv: ["false"], creates: /srv/x } }',
      ),
    );
    expect((await rig.apply()).exitCode).toBe(3);
    rig.host('b').on('path list', ({ cut }) => cut());
    expect((await rig.apply()).noPlan).toMatchObject({ kind: 'backend' });
    await rig.host('b').idle();
    expect((await rig.apply()).exitCode).toBe(3);
  });

  it('begin nothing more once it is lost', async () => {
    const rig = createRig(`
- hosts: b
  tasks: [{ file: { path: /srv/file, content: x } }]
- hosts: compute
  tasks: [{ file: { path: /srv/file, content: x } }]
`);
    let lose = (): void => undefined;
    rig.host('b').on('locked', ({ cut }) => {
      lose = cut;
    });
    rig.host('b').on('start 0', () => lose());
    const run = await rig.apply();
    expect(run.exitCode).toBe(3);
    expect(run.recap).toEqual(['b failed 1', 'c1 skipped 0']);
    expect(rig.host('c1').read('/srv/file')).toBeUndefined();
    await rig.host('b').idle();
    expect((await rig.apply()).recap).toEqual(['b unchanged 0', 'c1 changed 1']);
  });

  it('do not need it to plan', async () => {
    const rig = createRig(PLAY);
    const { lock } = await takeOther(rig);
    expect((await rig.plan()).noPlan).toBeUndefined();
    await lock.release();
  });

  it('say why it could not be taken', async () => {
    const rig = createRig(PLAY);
    rig.host('b').write('/run/fastboot', 'a file where a folder should be');
    expect((await rig.apply()).noPlan).toMatchObject({
      kind: 'backend',
      failure: {
        kind: 'command',
        during: 'taking the run lock',
        output: expect.stringContaining('File exists') as string,
      },
    });
  });
});
