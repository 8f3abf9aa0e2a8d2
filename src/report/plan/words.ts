/** Words that all forms of a plan share. Texts from hosts are made visible here. */
import type { Plan } from '../../plan/plan.ts';
import type { Action, Risk as RiskName } from '../../resources/resource.ts';
import { visible } from '../terminal/escape.ts';
import { compressHosts } from '../terminal/host-range.ts';
import { count } from '../terminal/text.ts';
import type { HostGroup } from './host-group.ts';
import type { Risk, RiskSummary } from './risks.ts';
import type { PlanSummary } from './summary.ts';
import type { Variant } from './per-host-details.ts';

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

export const RISK_MEANINGS: Readonly<Record<RiskName, string>> = {
  blocked: 'never done: it would endanger data',
  io: 'a file system is mounted or unmounted, or files are copied while their service is stopped',
  restart: 'a service is restarted',
  none: 'no running service or VM is disturbed',
};

export const BLOCKED_TITLE = 'Blocked: never done, because it would endanger data';
export const UNREAD_TITLE = 'Not read: nothing is planned for these hosts, and nothing is done on them';
export const BLOCKED_HOSTS_TEXT = 'blocked, see above: nothing is done here';

/** What is said of hosts without changes. */
export function unchangedText(isBackendBlocked: boolean): string {
  return isBackendBlocked ? 'not planned, because the backend is blocked' : 'no changes';
}

/** How many of the compute nodes a plan is for; empty where it is for all. */
export function limitText(
  plan: Plan,
  limited?: { readonly selected: number; readonly total: number },
): string {
  if (limited) return `limited to ${limited.selected} of ${limited.total}`;
  return plan.limit === null ? '' : `limited to ${visible(plan.limit)}`;
}

/** Says that a finding is shown as on its first host. */
export function exampleText(hosts: readonly string[], varies: boolean): string {
  return varies ? ` (on ${hosts[0] ?? ''}; other hosts differ in the details)` : '';
}

/** `check clock`, `mount /var/lib/nova/instances/_base`. */
export function thingText({ type, label }: { readonly type: string; readonly label: string }): string {
  return visible(`${type} ${label}`);
}

/** How many changes the hosts of a group get. */
export function amountText({ hosts, changes, like }: HostGroup): string {
  const amount = count(changes.length, 'change') + (hosts.length > 1 ? ' each' : '');
  return like === null ? amount : `${amount}; differences from the ${like.hosts.length} hosts above:`;
}

/** How a name is set off in a sentence. What it returns must be safe where the sentence is shown. */
type Mark = (name: string) => string;

/** That a service is stopped while a change is made. */
export function stopText(service: string, mark: Mark = visible): string {
  return `${mark(service)} is stopped during the change, if it is active, and then started again`;
}

/** Why something is changed, and whether a service restarts for it. */
export function reasonText({ reason }: Variant, risk: RiskName): string {
  return risk === 'restart' ? `${visible(reason)} (restarts)` : visible(reason);
}

/** One thing that an operator should know before the plan is applied. */
export function riskText({ kind, what, hosts }: Risk, mark: Mark = visible): string {
  const name = mark(what);
  const where = `on ${mark(compressHosts(hosts))}`;
  switch (kind) {
    case 'restart':
      return `restarts ${name} ${where}`;
    case 'stop':
      return `stops ${name} ${where} during the change, if it is active. A VM that is being created there then fails`;
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

/** What the plan means for running VMs. */
export function vmText({ vms, commands }: RiskSummary, mark: Mark = visible): string {
  switch (vms) {
    case 'untouched':
      return 'No VM is touched: running VMs keep running.';
    case 'unless-commands':
      return `No VM is touched, unless a command of the playbook does so: ${commands.map(mark).join('; ')}.`;
    case 'uncertain':
      return 'VMs may be touched: see what is restarted, stopped or unmounted.';
  }
}

/** The plan in one line that scripts can find. It starts with `Plan: ` where there are changes, else with `No changes.` */
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
    const desired = `${visible(plan.inventory.file)} and ${visible(plan.playbook.file)}`;
    return `No changes. Compared ${compared} with ${desired}; ${tail}.`;
  }
  const { create, update, replace, delete: remove, run, deferred, blocked } = counts;
  return (
    `Plan: ${create} to create, ${update} to update, ${replace} to replace, ${remove} to delete, ${run} to run; ` +
    `${deferred} deferred, ${blocked} blocked on ${changedHosts.length} of ${count(hosts.length, 'host')}; ${tail}.`
  );
}
