/** Finds the systemd unit that runs nova-compute. */
import { KOLLA_UNIT } from '../../facts/nova-container.ts';
import type { NovaContainer } from '../../facts/nova-container.ts';
import type { Nova, NovaUnit } from '../../facts/nova.ts';
import { unitNames } from '../../formats/distributions.ts';

/** What runs nova-compute on a host. */
export type NovaService =
  | { readonly kind: 'unit'; readonly unit: NovaUnit }
  /** `nova.service: none`: fastboot stops and starts nothing. */
  | { readonly kind: 'none' }
  | { readonly kind: 'container' }
  /** The unit exists, but systemd is told never to start it. */
  | { readonly kind: 'masked'; readonly unit: string }
  /** There is no unit of any of these names. */
  | { readonly kind: 'not-found'; readonly units: readonly string[] };

/** The units that the setting `nova.service` may mean. */
export function candidateUnits(service: string): readonly string[] {
  if (service === 'auto') return unitNames('nova_compute');
  if (service === 'none') return [];
  return [service.endsWith('.service') ? service : `${service}.service`];
}

/** What the setting `nova.service` means on a host with these units, and perhaps with nova-compute in a container. */
export function findNovaService(service: string, nova: Nova, container: NovaContainer | null): NovaService {
  if (service === 'none') return { kind: 'none' };
  const loaded = nova.units.find(({ load }) => load === 'loaded');
  // a unit of the host does not count while nova-compute runs in a container
  const isContained = loaded === undefined || loaded.name === KOLLA_UNIT || container?.running === true;
  if (container !== null && isContained) return { kind: 'container' };
  if (loaded !== undefined) return { kind: 'unit', unit: loaded };
  const masked = nova.units.find(({ load }) => load === 'masked');
  return masked === undefined
    ? { kind: 'not-found', units: candidateUnits(service) }
    : { kind: 'masked', unit: masked.name };
}
