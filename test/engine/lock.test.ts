import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { EventBody } from '../../src/core/event.ts';
import { takeLock } from '../../src/engine/lock.ts';
import type { Lock } from '../../src/engine/lock.ts';
import type { Exit, RunOptions, RunningScript } from '../../src/transport/transport.ts';
import { createRig } from './rig.ts';
import type { Rig } from './rig.ts';
import { SHELLS } from './shell-host.ts';

const PLAY = `
- hosts: all
  tasks: [{ file: { path: /srv/file, content: x } }]
`;

const HOLDER = { run: 'run-0', who: 'alice', from: 'desk', since: 'noon', command: 'fastboot apply it' };

let nonce = 0xabc;

/** Takes the lock as another run does. */
async function takeOther(rig: Rig): Promise<{ readonly lock: Lock; readonly script: RunningScript }> {
  const scripts: RunningScript[] = [];
  const run = (text: string, options: RunOptions): RunningScript => {
    const script = rig.host('b').run(text, options);
    scripts.push(script);
    return script;
  };
  const taken = await takeLock({ run, close: () => Promise.resolve() }, HOLDER, {
    nonce: (nonce++).toString(16),
    waitSeconds: 0,
    onWaiting: () => undefined,
    stop: new AbortController().signal,
    now: () => performance.now() / 1000,
  });
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

    it('is waited for during the given time, and its holder is named', async () => {
      const rig = createRig(PLAY, { shell });
      const { lock } = await takeOther(rig);
      const short = await rig.apply({ lockTimeoutSeconds: 1 });
      expect(short.noPlan).toEqual({ kind: 'locked', holder: JSON.stringify(HOLDER) });
      const waiting = rig.apply({ lockTimeoutSeconds: 60 });
      rig.host('b').on('waiting', () => void lock.release());
      const run = await waiting;
      expect(run.exitCode).toBe(0);
      expect(run.events.filter(({ type }) => type === 'lock.waiting')).toEqual([
        { type: 'lock.waiting', holder: 'alice@desk, since noon: fastboot apply it' },
      ]);
    });

    it('is free when its run has lost the connection', async () => {
      const rig = createRig(PLAY, { shell });
      const { lock, script } = await takeOther(rig);
      script.abort();
      await lock.ended;
      await rig.host('b').idle();
      expect((await rig.apply()).exitCode).toBe(0);
    });

    it('is free after a power failure', async () => {
      const rig = createRig(PLAY, { shell });
      rig.host('b').on('locked', ({ crash }) => crash());
      expect((await rig.apply()).noPlan).toMatchObject({
        kind: 'backend',
        failure: { kind: 'lost', during: 'taking the run lock' },
      });
      await rig.host('b').idle();
      expect((await rig.apply()).exitCode).toBe(0);
    });
  },
);

describe('a run that waits for the lock', () => {
  it('stops waiting when it is interrupted, and does not take it later', async () => {
    const rig = createRig(PLAY);
    const { lock } = await takeOther(rig);
    const stop = new AbortController();
    rig.host('b').on('waiting', () => stop.abort());
    const run = await rig.apply({ lockTimeoutSeconds: 60, stop: stop.signal });
    expect(run.noPlan).toEqual({ kind: 'interrupted' });
    await lock.release();
    await rig.host('b').idle();
    expect((await rig.apply()).exitCode).toBe(0);
  });
});

/** Takes the lock of a host with given answers and a clock that the test sets. */
async function takeFake(answer: (line: string) => string | undefined) {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const written: string[] = [];
  let settle: (exit: Exit) => void = () => undefined;
  const clock = { now: 1000 };
  let hear: (head: string) => void = () => undefined;
  const exit = new Promise<Exit>((resolve) => (settle = resolve));
  const run = (_: string, options: RunOptions): RunningScript => {
    const say = (head: string): void => options.onStdout(Buffer.from(`\n@@abc ${head}\n`));
    hear = say;
    queueMicrotask(() => say('locked'));
    return {
      exit,
      touch: () => undefined,
      write: (text) => {
        written.push(text);
        const head = answer(text);
        if (head !== undefined) say(head);
      },
      end: () => written.push('end'),
      abort: () => settle({ kind: 'lost', cause: 'aborted' }),
    };
  };
  const taken = await takeLock({ run, close: () => Promise.resolve() }, HOLDER, {
    nonce: 'abc',
    waitSeconds: 0,
    onWaiting: () => undefined,
    stop: new AbortController().signal,
    now: () => clock.now,
  });
  if (!taken.ok) throw new Error(JSON.stringify(taken));
  const pass = async (seconds: number): Promise<void> => {
    clock.now += seconds;
    await vi.advanceTimersByTimeAsync(seconds * 1000);
  };
  return { lock: taken.value, clock, written, pass, hear };
}

describe('a run that holds the lock', () => {
  it('relies on it while the backend answers', async () => {
    const { lock, pass } = await takeFake(() => 'alive');
    for (let round = 0; round < 20; round += 1) {
      await pass(10);
      expect(lock.isHeld()).toBe(true);
    }
  });

  it('does not rely on it when the backend does not answer, and sends no second heartbeat', async () => {
    const { lock, pass, written } = await takeFake(() => undefined);
    await pass(20);
    expect(lock.isHeld()).toBe(true);
    await pass(15);
    expect(lock.isHeld()).toBe(false);
    await lock.ended;
    expect(written).toEqual(['alive\n']);
  });

  it('does not rely on it after this program stood still, also if an old answer is read then', async () => {
    const answers = ['alive', undefined];
    const { lock, clock, pass, written, hear } = await takeFake(() => answers.shift());
    await pass(20);
    expect(written).toEqual(['alive\n', 'alive\n']);
    expect(lock.isHeld()).toBe(true);
    clock.now += 60;
    hear('alive');
    expect(lock.isHeld()).toBe(false);
    await lock.ended;
  });

  it('does not wait for the backend to release it', async () => {
    const { lock, written, pass } = await takeFake(() => 'alive');
    const released = lock.release();
    await pass(10);
    await released;
    expect(written).toEqual(['end']);
    expect(lock.isHeld()).toBe(false);
  });
});

describe('a unit that a killed run left behind', () => {
  const SLOW = `
- hosts: compute
  tasks:
    - command: { script: "echo begun; until [ -e /srv/go ]; do sleep 0.05; done; touch /srv/done", creates: /srv/done }
    - command: { script: "(exec sleep 20 <&- >&- 2>&- 8>&-) & touch /srv/daemon", creates: /srv/daemon }
`;
  const steps = (events: readonly EventBody[]): readonly string[] =>
    events.flatMap((event) => (event.type === 'host.step' ? [event.step] : []));

  it('ends before the next run starts on that host', async () => {
    const rig = createRig(SLOW);
    const killed = await rig.apply({ between: () => rig.host('c1').on('start 0', ({ cut }) => cut()) });
    expect(killed.recap).toEqual(['b unchanged 0', 'c1 failed 0']);
    rig.playbook(PLAY);
    const next = await rig.apply({
      between: () => rig.host('c1').on('waiting', () => rig.host('c1').write('/srv/go', '')),
    });
    expect(next.recap).toEqual(['b changed 1', 'c1 changed 1']);
    expect(steps(next.events)).toContain('waiting for a step of another run to end');
    expect(rig.host('c1').read('/srv/done')).toBe('');
  });

  it('is waited for, and the wait can be interrupted', async () => {
    const rig = createRig(SLOW);
    await rig.apply({ between: () => rig.host('c1').on('start 0', ({ cut }) => cut()) });
    rig.playbook(PLAY);
    const stop = new AbortController();
    const next = await rig.apply({
      stop: stop.signal,
      between: () => rig.host('c1').on('waiting', () => stop.abort()),
    });
    expect(next.recap[1]).toBe('c1 skipped 0');
    rig.host('c1').write('/srv/go', '');
    await rig.host('c1').idle();
    expect(rig.host('c1').read('/srv/file')).toBeUndefined();
  });

  it('is over when it ends, though a process that it started goes on', async () => {
    const rig = createRig(SLOW);
    rig.host('c1').write('/srv/go', '');
    expect((await rig.apply()).exitCode).toBe(0);
    rig.playbook(PLAY);
    const next = await rig.apply();
    expect(next.exitCode).toBe(0);
    expect(steps(next.events)).not.toContain('waiting for a step of another run to end');
  });
});

describe('runs with the lock', () => {
  it('exclude each other', async () => {
    const rig = createRig(PLAY, { compute: 2 });
    const runs = await Promise.all([rig.apply({ holder: 'one' }), rig.apply({ holder: 'two' })]);
    const held = runs.filter(({ noPlan }) => noPlan?.kind === 'locked');
    expect(held).toHaveLength(1);
    expect(runs.filter(({ exitCode }) => exitCode === 0)).toHaveLength(1);
    expect((await rig.apply()).recap).toEqual(['b unchanged 0', 'c1 unchanged 0', 'c2 unchanged 0']);
  });

  it('release it, however they end', async () => {
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

  it('start nothing more when it is lost', async () => {
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

  it('do not take it to plan', async () => {
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
