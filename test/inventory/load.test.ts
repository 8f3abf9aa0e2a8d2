import { describe, expect, test } from 'vitest';
import { defaultSettings } from '../../src/inventory/settings-values.ts';
import { growthOf } from '../cpu.ts';
import { inventoryText, load } from './temp.ts';

test('defaults', async () => {
  const { inventory } = await load(inventoryText({}));
  expect(inventory.settings).toEqual(defaultSettings);
  expect(inventory.backend).toMatchObject({
    name: 'nfs01',
    address: 'nfs01',
    port: 22,
    portGiven: false,
    user: undefined,
    become: false,
    connection: 'ssh',
    storageAddress: undefined,
    groups: ['nfs_backend'],
  });
  expect(inventory.compute.map(({ name }) => name)).toEqual(['c1', 'c2']);
  expect(inventory.groups).toEqual({
    all: ['nfs01', 'c1', 'c2'],
    ungrouped: [],
    nfs_backend: ['nfs01'],
    compute: ['c1', 'c2'],
  });
});

test('settings of several levels are merged key by key, the nearest winning', async () => {
  const { inventory } = await load(
    inventoryText({
      all: 'fastboot: {pool: {mode: "0444", owner: keep}, nova: {instances: /a, service: x}, nfs: {version: 4.1}}',
      backend: 'fastboot: {pool: {owner: "0:0"}, link_sync: {openrc: null}}',
      compute: 'fastboot: {nova: {service: y}}',
      hosts: 'c1: {fastboot: {nova: {service: none}, nfs: {mount_options: [noatime]}}}, c2: ',
    }),
    { 'group_vars/compute.yml': 'fastboot: {nova: {instances: /b}}\n' },
  );
  const [c1, c2] = inventory.compute;
  expect(inventory.settings.pool).toMatchObject({ mode: '0444', owner: '0:0' });
  expect(inventory.settings.linkSync).toEqual({ ...defaultSettings.linkSync, openrc: null });
  expect(c1?.settings.nova).toEqual({ instances: '/b', service: 'none' });
  expect(c2?.settings.nova).toEqual({ instances: '/b', service: 'y' });
  expect(c1?.settings.nfs).toEqual({
    version: '4.1',
    threads: 'auto',
    copyLimit: null,
    mountOptions: ['noatime'],
  });
  expect(c2?.settings.pool).toEqual(inventory.settings.pool);
  expect(c2?.settings.linkSync).toEqual(inventory.settings.linkSync);
});

test('connection variables, old names among them, and the nearest', async () => {
  const { inventory } = await load(
    inventoryText({
      all: 'ansible_user: root, ansible_become: yes, ansible_port: 2222',
      backend:
        'ansible_ssh_host: 192.0.2.1, ansible_ssh_port: "2022", ansible_ssh_user: admin, ansible_become: "no"',
      hosts:
        'c1: {ansible_connection: local, ansible_ssh_private_key_file: ~/.ssh/k}, c2: {storage_address: st.example.org}',
    }),
  );
  expect(inventory.backend).toMatchObject({ address: '192.0.2.1', port: 2022, user: 'admin', become: false });
  const [c1, c2] = inventory.compute;
  expect(c1).toMatchObject({
    connection: 'local',
    privateKeyFile: '~/.ssh/k',
    port: 2222,
    portGiven: true,
    become: true,
  });
  expect(c2).toMatchObject({ storageAddress: 'st.example.org', address: 'c2' });
});

test("`nfs-backend` is the same group under fastboot's name", async () => {
  const { inventory } = await load('nfs-backend: {hosts: {n: }}\ncompute: {hosts: {c: }}\n');
  expect(inventory.groups['nfs_backend']).toEqual(['n']);
  expect(inventory.backend.name).toBe('n');
});

describe('what else a version can be', () => {
  test.each([
    ['4', '4'],
    ['"4.0"', '4.0'],
    ['4.10', '4.1'],
    ['4.2', '4.2'],
  ])('%s', async (written, expected) => {
    const { inventory } = await load(inventoryText({ all: `fastboot: {nfs: {version: ${written}}}` }));
    expect(inventory.settings.nfs.version).toBe(expected);
  });
});

test('variables are plain JSON, computed once', async () => {
  const { inventory } = await load(
    inventoryText({
      all: 'a: yes, b: [1, 0644], c: !vault x',
      hosts: 'c1: {__proto__: {x: 1}, d: 2024-01-02}',
    }),
  );
  const [c1] = inventory.compute;
  expect(Object.entries(c1?.vars ?? {})).toEqual([
    ['a', true],
    ['b', [1, 420]],
    ['c', { __ansible_vault: 'x' }],
    ['__proto__', { x: 1 }],
    ['d', '2024-01-02'],
  ]);
  expect(c1?.vars).toBe(c1?.vars);
});

test('the digest covers every file that was read, and nothing else', async () => {
  const digest = async (others: Record<string, string>) =>
    (await load(inventoryText({}), others)).inventory.digest;
  const plain = await digest({});
  expect(plain).toMatch(/^[0-9a-f]{64}$/);
  expect(await digest({ 'group_vars/nobody.yml': 'a: 1' })).toBe(plain);
  const one = await digest({ 'group_vars/compute.yml': 'a: 1' });
  expect(one).not.toBe(plain);
  expect(await digest({ 'group_vars/compute.yml': 'a: 2' })).not.toBe(one);
  expect(await digest({ 'host_vars/c1.yml': 'a: 1' })).not.toBe(one);
});

test('what is not used is reported apart from what is wrong', async () => {
  const loaded = await load(
    inventoryText({
      all: 'ansible_python_interpreter: /usr/bin/python3',
      more: '    other: {hosts: {o: {ansible_winrm_port: 1}}}',
    }),
  );
  expect(loaded.notices).toEqual([]);
  expect(loaded.unused.map(({ message, severity }) => [message, severity])).toEqual([
    ['fastboot does not use `ansible_python_interpreter`', 'notice'],
  ]);
});

test('ten times as many hosts cost about ten times as much', async () => {
  const loadOf = (count: number) => {
    const host = (_: unknown, i: number) => `c${i}: {ansible_host: 10.0.${i >> 8}.${i & 255}}`;
    const text = inventoryText({ hosts: Array.from({ length: count }, host).join(', ') });
    return () => load(text);
  };
  expect(await growthOf(loadOf, 300, 3000)).toBeLessThan(30);
});
