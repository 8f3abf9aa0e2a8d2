import { expect, test } from 'vitest';
import type { NovaContainer } from '../../../src/facts/nova-container.ts';
import { nova } from '../../../src/facts/nova.ts';
import { novaContainer } from '../../../src/facts/nova-container.ts';
import { createState } from '../../../src/facts/state.ts';
import { virtualization } from '../../../src/facts/virtualization.ts';
import { readCompute } from '../../../src/pool/nodes/compute.ts';
import { describeSoftware } from '../../../src/pool/nodes/software-text.ts';
import { answer, computeAnswers, debianNova, makeInventory, NOVA_UNITS } from '../fixture.ts';
import type { Answers } from '../fixture.ts';

function describe(over: Answers): readonly string[] {
  const inventory = makeInventory(1);
  const [host] = inventory.compute;
  if (host === undefined) throw new Error('no host');
  const state = createState(new Map()).with([...computeAnswers(inventory, host, 1), ...over]);
  return describeSoftware(readCompute(state, inventory, host));
}

test('packages, and the settings that all files together come to', () => {
  const files = [
    ...debianNova.files,
    {
      path: '/etc/nova/nova-compute.conf',
      lines: [
        '[DEFAULT]',
        'use_cow_images = no',
        'force_raw_images = false',
        '[image_cache]',
        'remove_unused_base_images = no',
      ],
    },
  ];
  expect(
    describe([
      answer(nova(NOVA_UNITS), { ...debianNova, files }),
      answer(virtualization({}), {
        nova: { name: 'nova-compute', version: '2:26.2.2-1' },
        libvirt: { name: 'libvirt-daemon', version: '9.0.0-4' },
        qemu: null,
      }),
    ]),
  ).toEqual([
    'nova-compute 2:26.2.2-1 (package nova-compute, nova-compute.service); libvirt 9.0.0-4 (package libvirt-daemon); QEMU: no package',
    'images_type flat, use_cow_images false, force_raw_images false, instances_path /var/lib/nova/instances, base files in _base, remove_unused_base_images false',
  ]);
});

test('a container, whose settings are those that it is handed', () => {
  const container: NovaContainer = {
    running: true,
    runtime: 'podman',
    unit: null,
    binds: [],
    files: [{ path: '/etc/kolla/nova-compute/nova.conf', lines: ['[libvirt]', 'images_type = rbd'] }],
  };
  expect(
    describe([
      answer(nova(NOVA_UNITS), { units: [], running: null, files: [] }),
      answer(novaContainer({}), container),
    ]),
  ).toEqual([
    'nova-compute in a container (podman); libvirt: no package; QEMU: no package',
    'images_type rbd, use_cow_images true, force_raw_images true, instances_path not set, base files in _base, remove_unused_base_images true',
  ]);
});
