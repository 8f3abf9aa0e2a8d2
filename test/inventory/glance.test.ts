import { describe, expect, test } from 'vitest';
import { loadInventory } from '../../src/inventory/load.ts';
import { load } from './temp.ts';
import { join } from 'node:path';
import { temporaryFolder } from './temp.ts';

/** A backend, a compute node, and these groups. */
const withGroups = (groups: string): string => `all:
  children:
    nfs_backend: {hosts: {nfs01: {ansible_host: 192.0.2.10}}}
    compute: {hosts: {c1: }}
    ${groups}
`;

const names = (hosts: readonly { readonly name: string }[]) => hosts.map(({ name }) => name);

describe('the group glance', () => {
  test.each<[string, string, string[], string[]]>([
    ['is optional', '', [], []],
    ['may be empty', 'glance: {hosts: {}}', [], []],
    ['has hosts of its own', 'glance: {hosts: {ctl1: , ctl2: }}', ['ctl1', 'ctl2'], []],
    [
      'has those of groups below it, which may be in other groups too',
      'control: {hosts: {ctl1: }}\n    glance: {children: {control: }}\n    glance-api: {children: {glance: }}',
      ['ctl1'],
      [],
    ],
    ['shares hosts with compute', 'glance: {hosts: {c1: }}', ['c1'], []],
    ['leaves the backend out, and says so', 'glance: {hosts: {nfs01: , ctl1: }}', ['ctl1'], ['notice']],
  ])('%s', async (_, groups, expected, severities) => {
    const { inventory, notices } = await load(withGroups(groups));
    expect(names(inventory.glance)).toEqual(expected);
    expect(names(inventory.compute)).toEqual(['c1']);
    expect(notices.map(({ severity }) => severity)).toEqual(severities);
  });

  test('its settings are merged for each host', async () => {
    const { inventory } = await load(
      withGroups(
        'glance: {vars: {fastboot: {glance: {store: /a}}}, hosts: {ctl1: , ctl2: {fastboot: {glance: {service: x}}}}}',
      ),
    );
    expect(inventory.glance.map(({ settings }) => settings.glance)).toEqual([
      { store: '/a', service: 'auto' },
      { store: '/a', service: 'x' },
    ]);
    expect(inventory.settings.glance).toEqual({ store: 'auto', service: 'auto' });
  });

  test.each<[string, string, RegExp]>([
    ['an address twice', 'glance: {hosts: {ctl1: {ansible_host: c1}}}', /same address and port/],
    ['a template', 'glance: {hosts: {ctl1: {ansible_host: "{{ x }}"}}}', /cannot evaluate templates/],
    [
      'an unknown key',
      'glance: {vars: {fastboot: {glance: {stor: /a}}}, hosts: {ctl1: }}',
      /unknown key `stor`/,
    ],
    [
      "the pool's settings",
      'glance: {vars: {fastboot: {pool: {mode: "0444"}}}, hosts: {ctl1: }}',
      /needs one value for the pool/,
    ],
  ])('its hosts are checked as compute nodes are: %s', async (_, groups, expected) => {
    const folder = await temporaryFolder({ 'i.yaml': withGroups(groups) });
    const result = await loadInventory(join(folder, 'i.yaml'));
    expect(result.ok ? [] : result.error.map(({ message }) => message)).toEqual([
      expect.stringMatching(expected),
    ]);
  });
});
