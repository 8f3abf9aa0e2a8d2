/** Which services may stop and restart while VMs run. */
import { KOLLA_UNIT } from '../facts/nova-container.ts';
import { unitNames } from '../formats/distributions.ts';
import { unitName } from '../formats/systemd.ts';

const UNITS: ReadonlySet<string> = new Set([
  ...unitNames('nova_compute'),
  'nova_compute.service',
  KOLLA_UNIT,
  'fastboot-link-sync.service',
]);

/** Whether VMs do not need a service. Their processes belong to libvirt, so they go on without nova-compute. */
export function isServiceWithoutVms(name: string): boolean {
  return UNITS.has(unitName(name));
}
