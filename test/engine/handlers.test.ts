import { describe, expect, it } from 'vitest';
import { createRig, planned } from './rig.ts';
import { describeTree } from './tree.ts';

const PENDING = '/var/lib/fastboot/pending';

const PLAY = `
- hosts: compute
  tasks:
    - file: { path: /srv/conf, content: "{{ motd }}" }
      notify: [Restart server, Never]
    - file: { path: /srv/conf2, content: x }
      notify: Restart server
    - file: { path: /srv/quiet, content: x }
  handlers:
    - name: Restart server
      service: { name: server, state: restarted }
    - name: Never
      command: { script: "touch /srv/never", unless: "[ -e /srv/never ]" }
      when: motd == 'other'
`;

function rigWithServer() {
  const rig = createRig(PLAY);
  rig.host('c1').unit('server.service', 'active');
  return rig;
}

describe('handlers', () => {
  it('run once after the play, and only if something changed', async () => {
    const rig = rigWithServer();
    const run = await rig.apply();
    expect(planned(run.plan).at(-1)).toBe('c1 run service server.service');
    expect(rig.host('c1').calls()).toEqual(['reset-failed server.service', 'restart server.service']);
    expect(rig.host('c1').read(PENDING)).toBeUndefined();
    rig.host('c1').write('/srv/quiet', 'edited');
    expect((await rig.apply()).recap).toEqual(['b unchanged 0', 'c1 changed 1']);
    expect(rig.host('c1').calls()).toEqual([]);
  });

  it('do not run where their condition is false', async () => {
    const rig = rigWithServer();
    await rig.apply();
    expect(rig.host('c1').read('/srv/never')).toBeUndefined();
  });

  it('are pending where a run ends between a change and its handler', async () => {
    const rig = rigWithServer();
    await rig.apply({ between: () => rig.host('c1').on('done 0', ({ crash }) => crash()) });
    await rig.host('c1').idle();
    expect(rig.host('c1').read(PENDING)).toBe('Restart server\n');
    rig.host('c1').write('/srv/conf2', 'x');
    rig.host('c1').write('/srv/quiet', 'x');
    const next = await rig.plan();
    expect(planned(next.plan)).toEqual(['c1 run service server.service']);
    expect((await rig.apply()).recap).toEqual(['b unchanged 0', 'c1 changed 1']);
    expect(rig.host('c1').calls()).toEqual(['reset-failed server.service', 'restart server.service']);
    expect(rig.host('c1').read(PENDING)).toBeUndefined();
    expect(planned((await rig.plan()).plan)).toEqual([]);
  });

  it('stay pending where they fail', async () => {
    const rig = rigWithServer();
    rig.host('c1').breakUnit('server.service');
    const run = await rig.apply();
    expect(run.recap[1]).toBe('c1 failed 3');
    expect(rig.host('c1').read(PENDING)).toBe('Restart server\n');
    expect(planned((await rig.plan()).plan)).toEqual(['c1 run service server.service']);
  });

  it('that are pending run although their condition is false', async () => {
    const rig = rigWithServer();
    await rig.apply();
    rig.host('c1').write(PENDING, 'Never\nSome handler of an older playbook\n');
    expect(planned((await rig.plan()).plan)).toEqual(['c1 run command touch /srv/never']);
    await rig.apply();
    expect(rig.host('c1').read('/srv/never')).toBe('');
    expect(rig.host('c1').read(PENDING)).toBe('Some handler of an older playbook\n');
  });

  it('are found by their names after variables are filled in', async () => {
    const rig = createRig(`
- hosts: compute
  tasks:
    - file: { path: /srv/conf, content: x }
      notify: "Restart {{ host.name }}"
  handlers:
    - name: "Restart {{ host.name }}"
      service: { name: server, state: restarted }
`);
    rig.host('c1').unit('server.service', 'active');
    expect((await rig.apply()).recap[1]).toBe('c1 changed 2');
  });

  it('are not pending any more where they have nothing to change', async () => {
    const rig = createRig(`
- hosts: compute
  tasks:
    - file: { path: /srv/conf, content: x }
      notify: Keep it running
  handlers:
    - name: Keep it running
      service: { name: server, state: started }
`);
    rig.host('c1').unit('server.service', 'active');
    expect((await rig.apply()).recap[1]).toBe('c1 changed 1');
    expect(rig.host('c1').read(PENDING)).toBeUndefined();
  });
});

/** Mounts at a path that is the same on this machine and on the host, because it is written into fstab. */
const mountPlay = (base: string) => `
- hosts: compute
  tasks:
    - name: The pool
      stop_during: nova
      block:
        - file: { path: /srv/nova.conf, content: x }
          notify: Restart nova
        - mount: { path: "${base}", source: "b:/pool", type: nfs, options: hard, may_cover: anything }
        - file: { path: /srv/gate, content: x }
  handlers:
    - name: Restart nova
      service: { name: nova, state: try-restarted }
`;

function rigWithMount() {
  const rig = createRig('[]');
  const host = rig.host('c1');
  const base = host.at('/mnt/base');
  rig.playbook(mountPlay(base));
  return { rig, host, base };
}

describe('a service that is stopped while a file system is mounted', () => {
  it('is stopped just before the mount and started again at the end, which settles its restart', async () => {
    const { rig, host } = rigWithMount();
    host.unit('nova.service', 'active');
    const seen: (readonly string[])[] = [];
    const run = await rig.apply({
      between: () => {
        for (const head of ['start 1', 'start 2']) host.on(head, () => void seen.push(host.calls()));
      },
    });
    expect(seen).toEqual([[], ['stop nova', 'mount b:/pool', 'daemon-reload']]);
    expect(planned(run.plan).map((line) => line.replace(host.root, ''))).toEqual([
      'c1 create file /srv/nova.conf',
      'c1 create mount /mnt/base',
      'c1 create file /srv/gate',
    ]);
    expect(run.recap[1]).toBe('c1 changed 3');
    expect(host.calls()).toEqual(['start nova']);
    expect(host.read(PENDING)).toBeUndefined();
    expect(planned((await rig.plan()).plan)).toEqual([]);
  });

  it.each(['inactive', 'failed'] as const)('is not started where it was %s', async (state) => {
    const { rig, host } = rigWithMount();
    host.unit('nova.service', state);
    expect((await rig.apply()).recap[1]).toBe('c1 changed 3');
    expect(rig.host('c1').calls()).toEqual(['mount b:/pool', 'daemon-reload']);
    expect(rig.host('c1').activeState('nova.service')).toBe(state);
  });

  it('is started again where the mount fails', async () => {
    const { rig, host } = rigWithMount();
    host.unit('nova.service', 'active');
    host.breakMount();
    const run = await rig.apply();
    expect(run.recap[1]).toBe('c1 failed 1');
    expect(run.events).toContainEqual(
      expect.objectContaining({
        type: 'change.failed',
        failure: {
          kind: 'command',
          during: 'mount',
          code: 32,
          signal: null,
          output: 'mount.nfs4: access denied by server while mounting b:/pool',
        },
      }),
    );
    expect(host.calls()).toEqual(['stop nova', 'start nova']);
    expect(host.read(PENDING)).toBe('Restart nova\n');
    expect(host.read('/srv/gate')).toBeUndefined();
  });

  it.each(['start 1', 'done 1'])('is started again where the connection is lost at "%s"', async (head) => {
    const { rig, host } = rigWithMount();
    host.unit('nova.service', 'active');
    await rig.apply({ between: () => host.on(head, ({ cut }) => cut()) });
    await host.idle();
    expect(host.calls()).toEqual(['stop nova', 'mount b:/pool', 'daemon-reload', 'start nova']);
    expect(host.read(PENDING)).toBeUndefined();
    expect(planned((await rig.plan()).plan)).toEqual([]);
  });

  it('is not stopped where nothing is mounted', async () => {
    const { rig, host } = rigWithMount();
    host.unit('nova.service', 'active');
    await rig.apply();
    host.calls();
    host.write('/srv/nova.conf', 'edited');
    expect((await rig.apply()).recap[1]).toBe('c1 changed 2');
    expect(host.calls()).toEqual(['try-restart nova.service']);
  });

  it('is not stopped for options that only a later mount can have', async () => {
    const { rig, host, base } = rigWithMount();
    host.unit('nova.service', 'active');
    await rig.apply();
    host.calls();
    rig.playbook(
      mountPlay(base)
        .replace('options: hard', 'options: "hard,lookupcache=positive"')
        .replace('gate, content: x', 'gate, content: y'),
    );
    const run = await rig.apply();
    expect(planned(run.plan).map((line) => line.replace(host.root, ''))).toEqual([
      'c1 update mount /mnt/base',
      'c1 deferred mount /mnt/base',
      'c1 update file /srv/gate',
    ]);
    expect(run.recap[1]).toBe('c1 changed 2');
    expect(run.exitCode).toBe(0);
    expect(host.calls()).toEqual(['daemon-reload']);
    expect(describeTree(host.root)['etc/fstab']).toBeDefined();
    expect((await rig.apply()).recap[1]).toBe('c1 unchanged 0');
  });
});
