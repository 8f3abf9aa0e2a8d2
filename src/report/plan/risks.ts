import type { Change, Plan } from '../../plan/plan.ts';
import { isCarriedOut } from './groups.ts';

/** Something about a plan that an operator should know before saying yes. */
export interface Risk {
  /** `stop`: a service is stopped for a change and started again; `remount`: unmounted and mounted again. */
  readonly kind: 'restart' | 'stop' | 'mount' | 'unmount' | 'remount' | 'delete';
  readonly what: string;
  readonly hosts: readonly string[];
}

export interface RiskSummary {
  readonly risks: readonly Risk[];
  /** `untouched` is said only where each change is known not to reach a VM. */
  readonly vms: 'untouched' | 'unless-commands' | 'unsaid';
  /** Commands of the playbook, which no one but its author can judge. */
  readonly commands: readonly string[];
}

/** Collects what will restart, stop or change under its users, and on which hosts. */
export function planRisks(plan: Plan): RiskSummary {
  const risks = new Map<string, { kind: Risk['kind']; what: string; hosts: Set<string> }>();
  const add = (kind: Risk['kind'], what: string, host: string) => {
    const key = `${kind} ${what}`;
    const risk = risks.get(key) ?? { kind, what, hosts: new Set() };
    risks.set(key, risk);
    risk.hosts.add(host);
  };
  const carriedOut: Change[] = [];
  let harmless = true;
  for (const { hosts } of plan.stages)
    for (const { host, units } of hosts)
      for (const { stopDuring, changes } of units)
        for (const change of changes.filter(({ action }) => isCarriedOut(action))) {
          carriedOut.push(change);
          harmless &&= leavesVmsAlone(change, stopDuring);
          if (change.risk === 'restart') add('restart', subject(change), host);
          if (change.risk === 'io') add(ioKind(change), change.label, host);
          if (change.risk === 'io' && stopDuring !== null) add('stop', stopDuring, host);
          if (change.action === 'delete' && change.risk === 'none') add('delete', subject(change), host);
        }
  const commands = carriedOut.filter(({ type }) => type === 'command').map(({ label }) => label);
  return {
    risks: [...risks.values()].map((risk) => ({ ...risk, hosts: [...risk.hosts] })),
    vms: !harmless ? 'unsaid' : commands.length > 0 ? 'unless-commands' : 'untouched',
    commands: [...new Set(commands)],
  };
}

function subject({ type, label }: Change): string {
  return type === 'service' ? label : `${type} ${label}`;
}

function ioKind({ action }: Change): Risk['kind'] {
  switch (action) {
    case 'create':
      return 'mount';
    case 'delete':
      return 'unmount';
    default:
      return 'remount';
  }
}

// their rest and restart leave every VM running: QEMU's processes belong to libvirt and go on without nova-compute
const WITHOUT_VMS =
  /^(nova-compute|openstack-nova-compute|nova_compute|kolla-nova_compute-container|fastboot-link-sync)(\.service)?$/;

/** A first mount goes over an empty folder, so no VM can use it yet; other mounts may have VMs on them. */
function leavesVmsAlone({ action, risk, type, label }: Change, stopDuring: string | null): boolean {
  if (action === 'delete') return false;
  if (risk === 'io') return action === 'create' && (stopDuring === null || WITHOUT_VMS.test(stopDuring));
  return risk !== 'restart' || (type === 'service' && WITHOUT_VMS.test(label));
}
