import type { Plan } from '../../plan/plan.ts';
import type { Action, Risk as RiskName } from '../../resources/resource.ts';
import { visible } from '../terminal/escape.ts';
import { compressHosts } from '../terminal/host-range.ts';
import type { Risk, RiskSummary } from './risks.ts';
import type { HostGroup, Variant } from './groups.ts';
import type { PlanSummary } from './summary.ts';
import { count } from '../terminal/text.ts';

/** What text, Markdown and HTML say in the same words. All that comes from hosts is made visible here. */

export const ACTIONS: readonly Action[] = [
  'create',
  'update',
  'replace',
  'delete',
  'run',
  'deferred',
  'blocked',
];

export const RISKS: readonly RiskName[] = ['blocked', 'io', 'restart', 'none'];

/** What a risk means, in few words. */
export const RISK_MEANINGS: Readonly<Record<RiskName, string>> = {
  blocked: 'never done: it would endanger data',
  io: 'a file system appears or goes away',
  restart: 'a service is restarted',
  none: 'nothing that runs is disturbed',
};

/** How many of the compute nodes a plan is for; empty where for all. */
export function limitText(
  plan: Plan,
  limited?: { readonly selected: number; readonly total: number },
): string {
  if (limited) return `limited to ${limited.selected} of ${limited.total}`;
  return plan.limit === null ? '' : `limited to ${visible(plan.limit)}`;
}

/** Says that a finding is told as on its first host. */
export function exampleText(hosts: readonly string[], varies: boolean): string {
  return varies ? ` (${hosts[0] ?? ''}; others differ in the details)` : '';
}

/** `check clock`, `mount /var/lib/nova/instances/_base`. */
export function thingText({ type, label }: { readonly type: string; readonly label: string }): string {
  return visible(`${type} ${label}`);
}

/** How much is done on the hosts of a group. */
export function amountText({ hosts, changes, like }: HostGroup): string {
  const amount = count(changes.length, 'change') + (hosts.length > 1 ? ' each' : '');
  return like === null ? amount : `${amount}: as the ${like.hosts.length} hosts above, but`;
}

/** How a name stands out in a sentence; what it gives must be safe where the sentence goes. */
type Mark = (name: string) => string;

/** What a service's rest for a change means. */
export function stopText(service: string, mark: Mark = visible): string {
  return `${mark(service)} is stopped for this if it is active, and started again`;
}

/** Why a thing is changed, and that a service restarts with it. */
export function reasonText({ reason }: Variant, risk: RiskName): string {
  return risk === 'restart' ? `${visible(reason)} (restarts)` : visible(reason);
}

/** One thing that an operator should know before saying yes. */
export function riskText({ kind, what, hosts }: Risk, mark: Mark = visible): string {
  const name = mark(what);
  const where = `on ${mark(compressHosts(hosts))}`;
  switch (kind) {
    case 'restart':
      return `restarts ${name} ${where}`;
    case 'stop':
      return `stops ${name} ${where} if it is active, and starts it again: a VM that is being built there fails`;
    case 'mount':
      return `${name} is mounted ${where}`;
    case 'unmount':
      return `${name} is unmounted ${where}`;
    case 'remount':
      return `${name} is unmounted and mounted again ${where}`;
    case 'delete':
      return `deletes ${name} ${where}`;
  }
}

/** What the plan means for VMs that run. */
export function vmText({ vms, commands }: RiskSummary, mark: Mark = visible): string {
  switch (vms) {
    case 'untouched':
      return 'No VM is touched: those that run go on running.';
    case 'unless-commands':
      return `No VM is touched, unless a command of the playbook does: ${commands.map(mark).join('; ')}.`;
    case 'unsaid':
      return 'VMs may be touched: see what restarts, stops and is unmounted.';
  }
}

/** The plan in one line, made for scripts to find: starts with `Plan: ` where there is anything to do, with `No changes.` where not. */
export function lastLine(
  plan: Plan,
  summary: PlanSummary,
  limited?: { readonly selected: number; readonly total: number },
): string {
  const { counts, hosts, changedHosts } = summary;
  const unread = plan.unread.length;
  const limit = limitText(plan, limited);
  const tail = `${unread} unreachable${limit === '' ? '' : `; ${limit}`}`;
  if (changedHosts.length === 0) {
    const compared = `${hosts.length - unread} of ${count(hosts.length, 'host')}`;
    const wanted = `${visible(plan.inventory.file)} and ${visible(plan.playbook.file)}`;
    return `No changes. Compared ${compared} with ${wanted}; ${tail}.`;
  }
  const { create, update, replace, delete: remove, run, deferred, blocked } = counts;
  return (
    `Plan: ${create} to create, ${update} to update, ${replace} to replace, ${remove} to delete, ${run} to run; ` +
    `${deferred} deferred, ${blocked} blocked on ${changedHosts.length} of ${count(hosts.length, 'host')}; ${tail}.`
  );
}
