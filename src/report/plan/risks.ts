/** What a plan does to services, mounts and VMs that run. */
import { isExecutable } from '../../plan/change.ts';
import type { Change, Plan } from '../../plan/plan.ts';
import { isServiceWithoutVms } from '../../plan/services-without-vms.ts';

/** Something that an operator should know before the plan is applied. */
export interface Risk {
  /** `stop`: a service is stopped for a change and started again; `remount`: unmounted and mounted again. */
  readonly kind: 'restart' | 'stop' | 'mount' | 'unmount' | 'remount' | 'delete';
  readonly what: string;
  readonly hosts: readonly string[];
}

export interface RiskSummary {
  readonly risks: readonly Risk[];
  /** `untouched` only where each change is known not to affect a VM. */
  readonly vms: 'untouched' | 'unless-commands' | 'uncertain';
  /** The commands of the playbook. What they do is known to their author only. */
  readonly commands: readonly string[];
}

/** Collects what is restarted, stopped, mounted, unmounted or deleted, and on which hosts. */
export function planRisks(plan: Plan): RiskSummary {
  const risks = new Map<string, { kind: Risk['kind']; what: string; hosts: Set<string> }>();
  const add = (kind: Risk['kind'], what: string, host: string) => {
    const key = `${kind} ${what}`;
    const risk = risks.get(key) ?? { kind, what, hosts: new Set() };
    risks.set(key, risk);
    risk.hosts.add(host);
  };
  const made: Change[] = [];
  let areVmsSafe = true;
  for (const { hosts } of plan.stages)
    for (const { host, units } of hosts)
      for (const { stopDuring, changes } of units)
        for (const change of changes.filter(({ action }) => isExecutable(action))) {
          made.push(change);
          areVmsSafe &&= isSafeForVms(change, stopDuring);
          if (change.risk === 'restart') add('restart', subjectOf(change), host);
          if (change.risk === 'io' && change.type === 'mount') add(mountRisk(change), change.label, host);
          if (change.risk === 'io' && stopDuring !== null) add('stop', stopDuring, host);
          if (change.action === 'delete' && change.risk === 'none') add('delete', subjectOf(change), host);
        }
  const commands = made.filter(({ type }) => type === 'command').map(({ label }) => label);
  return {
    risks: [...risks.values()].map((risk) => ({ ...risk, hosts: [...risk.hosts] })),
    vms: !areVmsSafe ? 'uncertain' : commands.length > 0 ? 'unless-commands' : 'untouched',
    commands: [...new Set(commands)],
  };
}

function subjectOf({ type, label }: Change): string {
  return type === 'service' ? label : `${type} ${label}`;
}

function mountRisk({ action }: Change): Risk['kind'] {
  switch (action) {
    case 'create':
      return 'mount';
    case 'delete':
      return 'unmount';
    default:
      return 'remount';
  }
}

/** Whether a change affects no VM. A first mount covers an empty folder that no VM uses yet; other mounts may be in use. */
function isSafeForVms({ action, risk, type, label }: Change, stopDuring: string | null): boolean {
  if (action === 'delete') return false;
  if (risk === 'io') return action === 'create' && (stopDuring === null || isServiceWithoutVms(stopDuring));
  return risk !== 'restart' || (type === 'service' && isServiceWithoutVms(label));
}
