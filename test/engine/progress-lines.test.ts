import { describe, expect, it } from 'vitest';
import { readProgressLine, withoutProgress } from '../../src/engine/progress-lines.ts';
import { createRig, failuresIn } from './rig.ts';

describe('readProgressLine', () => {
  it.each([
    ['dlstatus:1:0.0000:Retrieving file 1 of 3', 0, 100, 'percent', 'Retrieving file 1 of 3', true],
    ['pmstatus:tiny:40.0000:Installing tiny (amd64)', 40, 100, 'percent', 'Installing tiny (amd64)', true],
    [
      'pmstatus:libc6:i386:33.3333:Unpacking libc6 (i386)',
      33.3333,
      100,
      'percent',
      'Unpacking libc6 (i386)',
      true,
    ],
    ['pmstatus:dpkg-exec:0:Running dpkg', 0, 100, 'percent', 'Running dpkg', true],
    [
      '  Installing       : nfs-utils-1:2.5.4-26.el9.x86_64                       3/10 ',
      3,
      10,
      'packages',
      'Installing nfs-utils-1:2.5.4-26.el9.x86_64',
      false,
    ],
    ['fastboot-progress 1048576 4194304 bytes copying', 1048576, 4194304, 'bytes', 'copying', true],
  ] as const)('%s', (line, done, total, unit, step, hidden) => {
    expect(readProgressLine(line)).toEqual({ amount: { done, total, unit }, step, hidden });
  });

  it.each([
    'Unpacking tiny (1) ...',
    'pmerror:tiny:40.0000:it broke',
    'pmstatus:tiny',
    'fastboot-progress 1 0 bytes nothing',
    'fastboot-progress 1 2 stones heap',
    '  Installing : 3/10 reasons',
  ])('knows nothing of: %s', (line) => expect(readProgressLine(line)).toBeUndefined());

  it('leaves the rest of an output as it was', () => {
    const output = 'Reading package lists...\npmstatus:a:1.0:x\nUnpacking a\n  Installing : a 1/1\n';
    expect(withoutProgress(output)).toBe('Reading package lists...\nUnpacking a\n  Installing : a 1/1\n');
    expect(withoutProgress('pmstatus:a:1.0:x\n')).toBe('');
    expect(withoutProgress('nothing\n\nof it')).toBe('nothing\n\nof it');
  });
});

const PLAY = (end: string) => `
- hosts: compute
  tasks:
    - name: Install
      command:
        script: |
          echo Reading
          echo pmstatus:dpkg-exec:0.0000:Running dpkg
          sleep 0.1
          echo pmstatus:tiny:40.2000:Unpacking tiny
          echo pmstatus:tiny:40.9000:Unpacking tiny
          sleep 0.1
          printf 'pmstatus:tiny:80.0000:Instal'
          sleep 0.1
          echo 'led tiny'
          ${end}
        creates: /srv/none
`;

describe('a script that reports its progress', () => {
  it('gives progress events, one for each percent, and no output', async () => {
    const rig = createRig(PLAY('echo done'));
    const { events } = await rig.apply();
    const amounts = events.flatMap((event) =>
      event.type === 'host.progress' ? [[event.done, event.total, event.unit]] : [],
    );
    expect(amounts).toContainEqual([0, 100, 'percent']);
    expect(amounts.at(-1)).toEqual([80, 100, 'percent']);
    expect(new Set(amounts.map(([done]) => Math.floor(Number(done)))).size).toBe(amounts.length);
    const steps = events.flatMap((event) => (event.type === 'host.step' ? [event.step] : []));
    expect(steps).toContain('Installed tiny');
    const output = events.flatMap((event) => (event.type === 'change.output' ? [event.text] : []));
    expect(output.join('')).toMatch(/^Reading\ndone\n/);
    expect(output.join('')).not.toContain('status');
  });

  it('that fails shows its output without these lines', async () => {
    const rig = createRig(PLAY('echo alas; exit 3'));
    const { events } = await rig.apply();
    expect(failuresIn(events)).toMatchObject({ c1: { kind: 'command', code: 3, output: 'Reading\nalas' } });
  });
});
