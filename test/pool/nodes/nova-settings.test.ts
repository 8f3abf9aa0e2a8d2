import { expect, describe, test } from 'vitest';
import type { Nova } from '../../../src/facts/nova.ts';
import { effectiveValue, NOVA_PLACES, readingOrder } from '../../../src/formats/oslo-config.ts';
import { findNovaService } from '../../../src/pool/nodes/nova-service.ts';
import { novaSettings } from '../../../src/pool/nodes/nova-settings.ts';
import { NOVA_UNITS } from '../fixture.ts';
import cases from './cases/reading-order.json' with { type: 'json' };

interface ReadingCase {
  readonly name: string;
  readonly running: readonly string[] | null;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  readonly effective: string | null;
  readonly dropIn: string;
  readonly overrides: readonly string[];
  readonly keepsBaseFiles: boolean;
}

const unitOf = (command: readonly string[]) => ({
  name: 'nova-compute.service',
  load: 'loaded',
  active: 'active',
  command,
});

function novaWith(files: Readonly<Record<string, string>>, running: Nova['running']): Nova {
  return {
    units: [],
    running,
    files: Object.entries(files).map(([path, text]) => ({ path, lines: text.split('\n') })),
  };
}

/** `effective` of each case is what oslo.config 9.0 itself answered. */
describe.each(cases as unknown as readonly ReadingCase[])('$name', (item) => {
  const nova = novaWith(item.files, item.running);

  test('the value that counts', () => {
    const byPath = new Map(nova.files.map((file) => [file.path, file]));
    const { files } = readingOrder(item.args ?? item.running ?? [], [...byPath.keys()], NOVA_PLACES);
    const read = files.flatMap((path) => byPath.get(path) ?? []);
    const names = [
      ['image_cache', 'remove_unused_base_images'],
      ['DEFAULT', 'remove_unused_base_images'],
    ] as const;
    expect(effectiveValue(read, names)?.value ?? null).toBe(item.effective);
  });

  test('what follows for the drop-in', () => {
    const { dropIn, overrides, keepsBaseFiles } = novaSettings(nova, unitOf(item.command ?? []));
    expect({ dropIn, overrides, keepsBaseFiles }).toEqual({
      dropIn: item.dropIn,
      overrides: item.overrides,
      keepsBaseFiles: item.keepsBaseFiles,
    });
  });
});

const CONF = '/etc/nova/nova.conf';

describe('where instances and base files are', () => {
  test.each([
    ['nothing known', '', null],
    ['from state_path', '[DEFAULT]\nstate_path = /srv/nova\n', '/srv/nova/instances'],
    ['said', '[DEFAULT]\ninstances_path=/data/i/\n', '/data/i'],
    ['with a reference', '[DEFAULT]\nstate_path=/s\ninstances_path = $state_path/x\n', '/s/x'],
    ['with braces', '[DEFAULT]\nstate_path=/s\ninstances_path = ${state_path}/x\n', '/s/x'],
    ['with another reference', '[DEFAULT]\ninstances_path = /i/$my_ip\n', null],
  ])('%s', (_, text, expected) => {
    expect(novaSettings(novaWith({ [CONF]: text }, []), undefined).instancesPath).toBe(expected);
  });

  test.each([
    ['', '_base'],
    ['[image_cache]\nsubdirectory_name = _base_$my_ip', '_base_$my_ip'],
    ['[DEFAULT]\nimage_cache_subdirectory_name = old', 'old'],
  ])('%j: %s', (text, expected) => {
    expect(novaSettings(novaWith({ [CONF]: text }, []), undefined).subdirectory).toBe(expected);
  });

  test.each([
    ['', 'qcow2'],
    ['[libvirt]\nimages_type = default', 'qcow2'],
    ['[libvirt]\nimages_type = raw', 'flat'],
    ['[libvirt]\nimages_type = rbd', 'rbd'],
    ['[DEFAULT]\nuse_cow_images = False', 'flat'],
    ['[DEFAULT]\nuse_cow_images = False\n[libvirt]\nimages_type = qcow2', 'qcow2'],
  ])('%j: %s', (text, expected) => {
    expect(novaSettings(novaWith({ [CONF]: text }, []), undefined).imagesType).toBe(expected);
  });

  test.each([
    ['', true],
    ['[DEFAULT]\nforce_raw_images = no', false],
    ['[DEFAULT]\nforce_raw_images = True', true],
  ])('%j: base files are made raw: %s', (text, expected) => {
    expect(novaSettings(novaWith({ [CONF]: text }, []), undefined).forcesRaw).toBe(expected);
  });
});

describe('nova-compute as a service', () => {
  const unit = (name: string, load: string) => ({ name, load, active: 'inactive', command: [] });
  const nova = (units: Nova['units']): Nova => ({ units, running: null, files: [] });

  test('the unit that is loaded', () => {
    const units = [
      unit('nova-compute.service', 'not-found'),
      unit('openstack-nova-compute.service', 'loaded'),
    ];
    expect(findNovaService('auto', nova(units), null)).toMatchObject({
      kind: 'unit',
      unit: { name: 'openstack-nova-compute.service' },
    });
  });

  test('none is wanted, whatever is there', () => {
    expect(findNovaService('none', nova([unit('nova-compute.service', 'loaded')]), null)).toEqual({
      kind: 'none',
    });
  });

  test.each([
    ['nothing', nova([]), { kind: 'not-found', units: NOVA_UNITS.units }],
    [
      'masked',
      nova([unit('nova-compute.service', 'masked')]),
      { kind: 'masked', unit: 'nova-compute.service' },
    ],
  ])('%s is found', (_, answer, expected) => {
    expect(findNovaService('auto', answer, null)).toEqual(expected);
  });
});
