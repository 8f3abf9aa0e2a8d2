import { describe, expect, test } from 'vitest';
import { baseFiles } from '../../../src/facts/base-files.ts';
import { instanceDisks } from '../../../src/facts/instance-disks.ts';
import { nova } from '../../../src/facts/nova.ts';
import { novaContainer } from '../../../src/facts/nova-container.ts';
import type { NovaContainer } from '../../../src/facts/nova-container.ts';
import { novaUsers } from '../../../src/facts/nova-users.ts';
import { openFiles } from '../../../src/facts/open-files.ts';
import { defaultSettings } from '../../../src/inventory/settings-values.ts';
import { findNovaService } from '../../../src/pool/nodes/nova-service.ts';
import { answer, base, debianNova, derive, disks, makeInventory } from '../fixture.ts';

const VOLUME = '/var/lib/docker/volumes/nova_compute/_data';
const UNIT = 'kolla-nova_compute-container.service';
const CONF = '/etc/kolla/nova-compute/nova.conf';
const kolla: NovaContainer = {
  running: true,
  runtime: 'docker',
  unit: UNIT,
  binds: [
    { path: '/etc/localtime', source: '/etc/localtime', propagation: 'private' },
    { path: '/var/lib/nova', source: VOLUME, propagation: 'private' },
    { path: '/var', source: '/wrong', propagation: 'private' },
  ],
  files: [{ path: CONF, lines: ['[DEFAULT]', 'state_path = /var/lib/nova'] }],
};
const keeping = {
  ...kolla,
  files: [{ path: CONF, lines: ['[image_cache]', 'remove_unused_base_images = false'] }],
};
const noUnits = { units: [], running: null, files: [] };

/** What is said of a node with this container. */
function findings(
  container: NovaContainer,
  service: 'auto' | 'none',
  instances = '/var/lib/nova/instances',
  kind: 'absent' | 'mounted' = 'absent',
) {
  const settings = { ...defaultSettings, nova: { ...defaultSettings.nova, service, instances } };
  const units = {
    units: service === 'none' ? [] : ['nova-compute.service', 'openstack-nova-compute.service'],
  };
  const view = derive(makeInventory(1, settings), {
    c1: [
      answer(nova(units), noUnits),
      answer(novaContainer({}), container),
      answer(novaUsers({}), { nova: null, hypervisor: null }),
      answer(baseFiles({ instances }), base(kind)),
      answer(instanceDisks({ instances }), disks()),
      answer(openFiles({ folder: instances, seen: instances }), { users: [], hidden: [], complete: true }),
    ],
  });
  return view.findings.filter(({ host }) => host === 'c1');
}

describe('nova-compute in a container', () => {
  test('is refused with all that was found, and the steps by hand in their order', () => {
    const [check, ...others] = findings(kolla, 'auto');
    expect(others).toEqual([]);
    expect(check).toMatchObject({ check: 'nova-service', severity: 'block' });
    expect(check?.finding).toBe(
      `nova-compute runs in a container (docker, ${UNIT}), which fastboot does not stop, configure or start. It sees ${VOLUME} of this host as /var/lib/nova, with private propagation: a pool that is mounted there while the container runs is not seen in it. The pool belongs in ${VOLUME}/instances/_base`,
    );
    const order = [
      '(1) make sure that',
      '42436',
      `(2) systemctl stop ${UNIT}`,
      '(3) set [image_cache] remove_unused_base_images = false',
      '(4) in the inventory',
      `nova.instances: ${VOLUME}/instances`,
      '(5) let',
      'After=var-lib-docker-volumes-nova_compute-_data-instances-_base.mount',
      '(nova_libvirt)',
      `(7) systemctl start ${UNIT}`,
      'take this host out',
    ].map((part) => check?.remedy.indexOf(part) ?? -1);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order).not.toContain(-1);
  });

  test.each<[string, NovaContainer, RegExp, RegExp]>([
    [
      'a shared folder',
      { ...kolla, binds: [{ path: '/var/lib/nova', source: '/var/lib/nova', propagation: 'shared' }] },
      /is seen in it at once/,
      /instances: \/var\/lib\/nova\/instances,/,
    ],
    [
      'instances elsewhere',
      { ...kolla, files: [{ path: CONF, lines: ['[DEFAULT]', 'instances_path = /var/lib/nova/x'] }] },
      /_data\/x\/_base/,
      /_data\/x,/,
    ],
    [
      'no unit of kolla, podman',
      { ...kolla, unit: null, runtime: 'podman' },
      /container \(podman\)/,
      /\(2\) podman stop nova_compute.*podman start nova_compute/,
    ],
    ['the option set already', keeping, /private propagation/, /stop [^;]*; \(3\) in the inventory/],
    ['stopped', { ...kolla, running: false }, /nova-compute is in a container/, /systemctl start/],
    [
      'nothing known of its folders',
      { ...kolla, running: false, binds: [] },
      /could not find out/,
      /start the container and run again/,
    ],
  ])('%s', (_, container, finding, remedy) => {
    const [check] = findings(container, 'auto');
    expect(check?.finding).toMatch(finding);
    expect(check?.remedy).toMatch(remedy);
  });

  test('nova.service: none: the right place and a stopped container are asked for', () => {
    const checks = findings(kolla, 'none');
    expect(checks.map(({ check, severity }) => [check, severity])).toEqual([
      ['instances-path', 'block'],
      ['nova-service', 'block'],
      ['nova-service', 'warning'],
    ]);
    expect(checks[0]?.remedy).toContain(`${VOLUME}/instances`);
    expect(checks[1]?.remedy).toContain(`stop it (${UNIT})`);
    expect(checks[2]?.remedy).toContain(CONF);
  });

  test('nova.service: none: nothing more to say once all is done', () => {
    expect(findings({ ...keeping, running: false }, 'none', `${VOLUME}/instances`)).toEqual([]);
    expect(findings(keeping, 'none', `${VOLUME}/instances`, 'mounted')).toEqual([]);
  });

  const leftover = { ...kolla, running: false };
  const native = (name: string) => ({
    ...noUnits,
    units: [{ name, load: 'loaded', active: 'active', command: [] }],
  });
  test.each([
    ['a unit of the host, and what kolla left behind', native('nova-compute.service'), leftover, 'unit'],
    ['a unit of the host, but a container runs', native('nova-compute.service'), kolla, 'container'],
    ["kolla's unit named in the inventory", native(UNIT), leftover, 'container'],
    ['a unit of the host', debianNova, null, 'unit'],
    ['nothing', noUnits, null, 'not-found'],
  ])('%s', (_, units, container, kind) => {
    expect(findNovaService('auto', units, container).kind).toBe(kind);
  });
});
