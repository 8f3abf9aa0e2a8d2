/** Finds the systemd unit that runs glance-api. */
import type { Glance } from '../../facts/glance.ts';
import type { OsloUnit } from '../../facts/oslo-service.ts';
import { unitNames } from '../../formats/distributions.ts';

/** What runs glance-api on a host. */
export type GlanceService =
  | { readonly kind: 'unit'; readonly unit: OsloUnit }
  /** `glance.service: none`: fastboot stops and starts nothing. */
  | { readonly kind: 'none' }
  /** It runs in a container of kolla, which fastboot does not manage. */
  | { readonly kind: 'kolla' }
  /** The unit exists, but systemd is told never to start it. */
  | { readonly kind: 'masked'; readonly unit: string }
  /** There is no unit of any of these names. `web`: a web server that seems to run glance-api; null where there is none. */
  | { readonly kind: 'not-found'; readonly units: readonly string[]; readonly web: string | null };

/** The units that the setting `glance.service` may mean. */
export function glanceUnits(service: string): readonly string[] {
  if (service === 'auto') return unitNames('glance_api');
  if (service === 'none') return [];
  return [service.endsWith('.service') ? service : `${service}.service`];
}

/** What the setting `glance.service` means on a host. */
export function findGlanceService(service: string, glance: Glance): GlanceService {
  if (service === 'none') return { kind: 'none' };
  if (glance.kolla) return { kind: 'kolla' };
  const loaded = glance.units.find(({ load }) => load === 'loaded');
  if (loaded !== undefined) return { kind: 'unit', unit: loaded };
  const masked = glance.units.find(({ load }) => load === 'masked');
  return masked === undefined
    ? { kind: 'not-found', units: glanceUnits(service), web: glance.web[0] ?? null }
    : { kind: 'masked', unit: masked.name };
}
