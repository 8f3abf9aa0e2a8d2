import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../src/core/yaml/parse.ts';
import { toPlain } from '../../src/core/yaml/node.ts';
import { hostVariables } from '../../src/engine/resolve-from-playbook.ts';
import { readSettings } from '../../src/inventory/read-settings.ts';
import { inventorySchema } from '../../src/inventory/schema.ts';
import { defaultSettings, isPoolSetting, settingsVariables } from '../../src/inventory/settings-values.ts';
import { SECTIONS, SETTINGS } from '../../src/inventory/settings.ts';
import type { SettingRow } from '../../src/inventory/settings.ts';
import { starterInventory } from '../../src/inventory/starter.ts';
import { render } from '../../src/playbook/template.ts';
import { inventoryText, load } from './temp.ts';

const rows: readonly SettingRow[] = SETTINGS;

describe('the table', () => {
  it('has each path once, in a section that is described', () => {
    const paths = rows.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    expect([...new Set(paths.map((path) => path.split('.')[0]))]).toEqual(Object.keys(SECTIONS));
  });

  it('gives the type that the rest of the program works with', () => {
    // checked by the compiler; a wrong type here does not build
    const threads: 'auto' | number = defaultSettings.nfs.threads;
    const schedule: 'auto' | 'systemd' | 'cron' = defaultSettings.linkSync.schedule;
    const options: readonly string[] = defaultSettings.nfs.mountOptions;
    const openrc: string | null = defaultSettings.linkSync.openrc;
    expect([threads, schedule, options, openrc]).toEqual(['auto', 'auto', [], 'auto']);
  });

  it('has the defaults that the documentation promises', () => {
    expect(defaultSettings).toEqual({
      pool: {
        images: '/var/lib/glance/images',
        cache: '/var/lib/glance/imagecache',
        owner: 'auto',
        mode: '0644',
      },
      nfs: { version: '4.2', threads: 'auto', mountOptions: [], copyLimit: null },
      linkSync: { interval: 10, schedule: 'auto', openrc: 'auto', settle: 10 },
      nova: { instances: '/var/lib/nova/instances', service: 'auto' },
      glance: { store: 'auto', service: 'auto' },
    });
  });

  it('says which settings the whole pool shares', () => {
    expect(rows.filter(({ path }) => isPoolSetting(path)).map(({ path }) => path)).toEqual([
      'pool.images',
      'pool.cache',
      'pool.owner',
      'pool.mode',
      'nfs.threads',
      'nfs.copy_limit',
      'link_sync.interval',
      'link_sync.schedule',
      'link_sync.openrc',
      'link_sync.settle',
    ]);
    expect(isPoolSetting('pool.imags')).toBe(false);
  });
});

describe('what is made from it', () => {
  it.each(rows.map(({ path }) => path))('%s is in schema, starter and playbook variables', (path) => {
    const [section = '', key = ''] = path.split('.');
    const property = inventorySchema().$defs.fastboot.properties[section]?.properties[key];
    const row = rows.find((each) => each.path === path);
    expect(property).toMatchObject({ default: row?.default });
    expect(property?.['description']).toContain(row?.description);
    expect(starterInventory).toMatch(new RegExp(`^    #     ${key}: `, 'm'));
    expect(render(`{{ fastboot.${path} }}`, { fastboot: settingsVariables(defaultSettings) })).toEqual({
      ok: true,
      value: row?.default,
    });
  });

  it('playbook variables of a host, with every default', async () => {
    const { inventory } = await load(
      inventoryText({ all: 'fastboot: {nfs: {copy_limit: 200}, link_sync: {openrc: null}}' }),
    );
    expect(hostVariables(inventory.backend)['fastboot']).toEqual({
      pool: defaultSettings.pool,
      nfs: { version: '4.2', threads: 'auto', mount_options: [], copy_limit: 200 },
      link_sync: { interval: 10, schedule: 'auto', openrc: null, settle: 10 },
      nova: defaultSettings.nova,
      glance: defaultSettings.glance,
    });
  });
});

describe('reading', () => {
  const cases: readonly [path: string, written: string, value: unknown][] = [
    ['pool.images', '/srv/images', '/srv/images'],
    ['pool.mode', '"444"', '0444'],
    ['pool.owner', '"42:42"', '42:42'],
    ['nfs.version', '4.1', '4.1'],
    ['nfs.version', '4.10', '4.1'],
    ['nfs.version', '"4.0"', '4.0'],
    ['nfs.threads', '64', 64],
    ['nfs.threads', '0x10', 16],
    ['nfs.threads', 'auto', 'auto'],
    ['nfs.mount_options', '[nconnect=4, noatime]', ['nconnect=4', 'noatime']],
    ['nfs.copy_limit', '200', 200],
    ['nfs.copy_limit', 'null', null],
    ['link_sync.interval', '60', 60],
    ['link_sync.schedule', 'cron', 'cron'],
    ['link_sync.openrc', '~', null],
    ['link_sync.openrc', '/root/openrc', '/root/openrc'],
    ['nova.service', 'none', 'none'],
    ['glance.store', '/srv/store', '/srv/store'],
    // what the schema refuses is read as the default, so that other checks can go on
    ['nfs.threads', 'many', 'auto'],
    ['link_sync.interval', '"60"', 10],
    ['link_sync.schedule', 'sytemd', 'auto'],
    ['nfs.mount_options', 'noatime', []],
    ['pool.images', '{a: b}', '/var/lib/glance/images'],
  ];
  it.each(cases)('%s: %s', (path, written, value) => {
    const [section = '', key = ''] = path.split('.');
    const { root } = parseYaml(`${section}: {${key}: ${written}}`, 'x');
    if (root?.kind !== 'map') throw new Error('not a mapping');
    const [outer] = root.entries;
    if (outer?.value.kind !== 'map') throw new Error(`not a mapping: ${JSON.stringify(toPlain(root))}`);
    const [entry] = outer.value.entries;
    if (entry === undefined) throw new Error('no entry');
    const layer = { owner: { name: 'x', key: entry.key, vars: [], groups: [] }, vars: root };
    const settings = readSettings(new Map([[path, { entry, layer }]]));
    expect((settingsVariables(settings)[section] as Readonly<Record<string, unknown>>)[key]).toEqual(value);
  });
});
