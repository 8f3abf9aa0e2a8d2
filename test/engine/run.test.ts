import { describe, expect, it } from 'vitest';
import { createRig, planned } from './rig.ts';
import { SHELLS } from './shell-host.ts';
import { snapshotTree } from './tree.ts';

const SITE = `
- name: Backend
  hosts: nfs_backend
  tasks:
    - name: Settings
      file: { path: /srv/etc/server.conf, content: "threads=8\\n", mode: "0640" }
      notify: Restart server
    - name: Folder
      directory: { path: /srv/pool, mode: "1775" }
    - name: Shared file
      line: { path: /srv/shared, line: ours, create: true }
    - name: Server
      service: { name: server.service, enabled: true, state: started }
  handlers:
    - name: Restart server
      service: { name: server.service, state: restarted }
- name: Nodes
  hosts: compute
  tasks:
    - name: Message
      file: { path: "/srv/motd of {{ host.name }}", content: "{{ motd }} 'quoted' \\"\\\\ $x\\n" }
    - name: Link
      link: { path: /srv/link, target: "motd of {{ host.name }}" }
    - name: Once
      command: { script: "echo once >>/srv/count", creates: /srv/count }
`;

describe.each(SHELLS.map((shell) => ({ name: shell.join(' '), shell })))('a run in $name', ({ shell }) => {
  it('makes the desired state, reports exactly that, and leaves nothing to do', async () => {
    const rig = createRig(SITE, { compute: 2, shell });
    rig.host('b').unit('server.service', 'active');
    const first = await rig.apply();
    expect(first.recap).toEqual(['b changed 5', 'c1 changed 3', 'c2 changed 3']);
    expect(first.exitCode).toBe(0);
    expect(rig.host('c2').read('/srv/motd of c2')).toBe("hello 'quoted' \"\\ $x\n");
    expect(rig.host('b').calls()).toEqual([
      'enable server.service',
      'reset-failed server.service',
      'restart server.service',
    ]);
    const before = ['b', 'c1', 'c2'].map((name) => snapshotTree(rig.host(name).root));
    const second = await rig.plan();
    expect(planned(second.plan)).toEqual([]);
    expect(['b', 'c1', 'c2'].map((name) => snapshotTree(rig.host(name).root))).toEqual(before);
    expect((await rig.apply()).recap).toEqual(['b unchanged 0', 'c1 unchanged 0', 'c2 unchanged 0']);
  });
});

describe('rounds', () => {
  it('needs one connection and one script for each host to plan, and at most three scripts to apply', async () => {
    const rig = createRig(SITE, { compute: 2 });
    rig.host('b').unit('server.service', 'active');
    await rig.plan();
    expect(['b', 'c1', 'c2'].map((name) => rig.host(name).scripts.length)).toEqual([1, 1, 1]);
    await rig.apply();
    // read, change; on the backend also the lock
    expect(['b', 'c1', 'c2'].map((name) => rig.host(name).scripts.length - 1)).toEqual([3, 2, 2]);
    expect([...rig.connections]).toEqual([
      ['b', 2],
      ['c1', 2],
      ['c2', 2],
    ]);
  });

  it('reads twice where the desired state depends on facts', async () => {
    const rig = createRig(`
- hosts: all
  tasks:
    - file: { path: /srv/family, content: "{{ os.family }}" }
`);
    await rig.plan();
    expect(rig.host('c1').scripts.length).toBeLessThanOrEqual(2);
    expect(rig.host('b').scripts.length).toBeLessThanOrEqual(2);
    expect(rig.connections.get('c1')).toBe(1);
  });

  it('makes the same plan of the same state, but for its time', async () => {
    const rig = createRig(SITE, { compute: 2 });
    rig.host('b').unit('server.service', 'active');
    const [one, two] = [await rig.plan(), await rig.plan({ forks: 1 })];
    expect({ ...one.plan, createdAt: '' }).toEqual({ ...two.plan, createdAt: '' });
  });

  it('plans one host after the other with one fork', async () => {
    const rig = createRig(SITE, { compute: 3 });
    rig.host('b').unit('server.service', 'active');
    expect((await rig.apply({ forks: 1 })).recap).toEqual([
      'b changed 5',
      'c1 changed 3',
      'c2 changed 3',
      'c3 changed 3',
    ]);
  });
});

describe('several plays on one host', () => {
  const TWO = `
- hosts: compute
  tasks:
    - file: { path: /srv/one, content: "1" }
- hosts: all
  tasks:
    - directory: { path: /srv/there, mode: "0755" }
    - file: { path: /srv/there/two, content: "2" }
`;
  it('counts the changes of all of them', async () => {
    const rig = createRig(TWO);
    expect((await rig.apply()).recap).toEqual(['b changed 2', 'c1 changed 3']);
    expect((await rig.apply()).recap).toEqual(['b unchanged 0', 'c1 unchanged 0']);
  });

  it('reports a host as changed if only its first play changed something', async () => {
    const rig = createRig(TWO);
    await rig.apply();
    rig.host('c1').write('/srv/one', 'edited');
    expect((await rig.apply()).recap).toEqual(['b unchanged 0', 'c1 changed 1']);
  });

  it('plans the second play with the effect of the first one', async () => {
    const rig = createRig(`
- hosts: compute
  tasks:
    - file: { path: /srv/shared, content: "a\\n" }
- hosts: compute
  tasks:
    - line: { path: /srv/shared, line: b }
`);
    const { plan } = await rig.plan();
    expect(planned(plan)).toEqual(['c1 create file /srv/shared', 'c1 update line /srv/shared']);
  });
});
