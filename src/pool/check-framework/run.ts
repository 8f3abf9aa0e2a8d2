/** Runs all checks. */
import checks from 'registry:checks';
import type { Finding } from '../../core/finding.ts';
import type { Query } from '../../facts/fact.ts';
import { clientHosts, isCompute, isController } from '../../inventory/inventory.ts';
import type { Host, Inventory } from '../../inventory/inventory.ts';
import { storage } from '../storage/index.ts';
import type { AnyCheck, Place } from './check.ts';
import type { Subjects } from './subjects.ts';

/** Every check, sorted by name, so that findings have the same order in every run. */
export const allChecks: readonly AnyCheck[] = [...checks, ...storage.checks].sort((a, b) =>
  a.name < b.name ? -1 : 1,
);

/** The findings of all checks that look at this kind of subject. Pure. */
export function runChecks<P extends Place>(on: P, subjects: readonly Subjects[P][]): readonly Finding[] {
  const own = allChecks.filter((check) => check.on === on);
  // sound because `defineCheck` ties `on` to what `judge` takes
  return subjects.flatMap((subject) =>
    own.flatMap(({ judge }) => (judge as (subject: Subjects[P]) => readonly Finding[])(subject)),
  );
}

/** What the checks must know of a host, by its roles. */
export function checkQueries(inventory: Inventory, host: Host): readonly Query[] {
  return allChecks
    .filter(({ on }) => looksAt(on, host, inventory))
    .flatMap(({ queries }) => queries(host, inventory));
}

function looksAt(on: Place, host: Host, { backend }: Inventory): boolean {
  const isClient = host.name !== backend.name;
  switch (on) {
    case 'host':
      return true;
    case 'backend':
      return !isClient;
    case 'client':
      return isClient;
    case 'compute':
      return isClient && isCompute(host);
    case 'controller':
      return isClient && isController(host);
    case 'pool':
    case 'outcome':
    case 'departing':
    case 'cleanup':
      return false;
  }
}

/** The hosts on which nothing may be changed. */
export function blockedHosts(findings: readonly Finding[]): ReadonlySet<string> {
  return new Set(findings.filter(({ severity }) => severity === 'block').map(({ host }) => host));
}

const SEVERITIES: readonly Finding['severity'][] = ['block', 'warning', 'unknown', 'notice'];

/** The backend's findings first, then the other hosts' in the order of the inventory; of each host by severity, then by check. */
export function sortByHost(findings: readonly Finding[], inventory: Inventory): readonly Finding[] {
  const hosts = [inventory.backend, ...clientHosts(inventory)];
  const rank = new Map(hosts.map(({ name }, index) => [name, index]));
  return [...findings].sort(
    (a, b) =>
      (rank.get(a.host) ?? 0) - (rank.get(b.host) ?? 0) ||
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      (a.check < b.check ? -1 : a.check > b.check ? 1 : 0),
  );
}
