import { describe, expect, it } from 'vitest';
import { createRig } from './rig.ts';
import { SHELLS } from './shell-host.ts';

const PLAY = `
- hosts: compute
  tasks:
    - file: { path: "/srv/it's $(one)", content: "1" }
    - file: { path: /srv/two, content: "2" }
    - command: { script: "[ ! -e /srv/broken ]; touch /srv/three", creates: /srv/three }
`;

describe.each(SHELLS.map((shell) => ({ name: shell.join(' '), shell })))('in $name', ({ shell }) => {
  it('writes one line to the syslog of a changed host: who changed what', async () => {
    const rig = createRig(PLAY, { shell });
    await rig.apply();
    expect(rig.host('c1').syslog()).toBe(
      "fastboot[run-1]: alice@desk changed 3 things: file /srv/it's $(one), file /srv/two, command [ ! -e /srv/broken ]; touch /srv/three\n",
    );
    await rig.apply();
    await rig.plan();
    expect(rig.host('c1').syslog().split('\n')).toHaveLength(2);
    expect(rig.host('b').syslog()).toBe('');
  });

  it('writes it also for a run that failed or was interrupted, with the changes that were made', async () => {
    const rig = createRig(PLAY, { shell, compute: 3 });
    rig.host('c1').write('/srv/broken', '');
    rig.host('c2').write("/srv/it's $(one)", '1');
    await rig.apply({
      between: () => {
        rig.host('c2').on('start 1', ({ cut }) => cut());
        rig.host('c3').on('next', ({ cut }) => cut());
      },
    });
    for (const name of ['c2', 'c3']) await rig.host(name).idle();
    expect(rig.host('c1').syslog()).toContain('changed 2 things');
    expect(rig.host('c1').syslog()).toMatch(/; a step failed\n$/);
    expect(rig.host('c2').syslog()).toBe(
      'fastboot[run-1]: alice@desk changed 2 things: file /srv/two, command [ ! -e /srv/broken ]; touch /srv/three\n',
    );
    expect(rig.host('c3').syslog()).toBe('');
  });
});

it('names only the first of many things', async () => {
  const tasks = Array.from({ length: 12 }, (_, index) => `    - file: { path: /srv/${index}, content: x }\n`);
  const rig = createRig(`- hosts: compute\n  tasks:\n${tasks.join('')}`);
  await rig.apply();
  expect(rig.host('c1').syslog()).toMatch(/changed 12 things: file \/srv\/0, .*file \/srv\/9, \.\.\.\n$/);
});

it('keeps a file as it was before, with the run that changed it first', async () => {
  const rig = createRig(PLAY);
  rig.host('c1').write('/srv/two', 'mine');
  await rig.apply();
  rig.host('c1').write('/srv/two', 'mine again');
  await rig.apply();
  expect(rig.host('c1').read('/srv/two')).toBe('2');
  const at = rig.host('c1').at('/srv/two');
  expect(rig.host('c1').read(`/var/lib/fastboot/backup${at}`)).toBe('mine');
  expect(rig.host('c1').read('/var/lib/fastboot/backup/index')).toBe(`run-1\t${at}\n`);
});
