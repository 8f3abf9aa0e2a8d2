import { readFileSync } from 'node:fs';
import type { Change, HostPlan, Plan, Stage, UnreadHost } from '../../src/plan/plan.ts';
import { blockedMount, change, deferredMount, hostPlan, names, plan, unit } from './build.ts';

/** Plans that fastboot made of its own playbooks for new hosts, and plans that are made from those. */

function read(name: string): Plan {
  const made = JSON.parse(readFileSync(new URL(`plans/${name}.json`, import.meta.url), 'utf8')) as Plan;
  return {
    ...made,
    stages: made.stages.map((stage) => ({ ...stage, hosts: stage.hosts.map(mapChanges(change)) })),
  };
}

/** A host's plan with each change made into another. */
const mapChanges =
  (each: (item: Change) => Change) =>
  ({ host, units }: HostPlan): HostPlan => ({
    host,
    units: units.map((unit) => ({ ...unit, changes: unit.changes.map(each) })),
  });

/**
 * A backend and seven compute nodes: 003 has a file with another setting, 004 has base files of its own, 007 is down. The program
 * of link-sync is shortened.
 */
export const sitePlan = (): Plan => read('site');

/**
 * The same pool two hours later: 001 has settings and a mount line that were made by hand, 003 and 004 were corrected, 006 is down
 * too.
 */
export const laterPlan = (): Plan => read('site-later');

/** Some hosts of a plan. */
export function onlyHosts(whole: Plan, wanted: readonly string[]): Plan {
  const ours = ({ host }: { readonly host: string }) => wanted.includes(host);
  return {
    ...whole,
    findings: whole.findings.filter(ours),
    stages: whole.stages.map((stage) => ({ ...stage, hosts: stage.hosts.filter(ours) })),
    unread: whole.unread.filter(ours),
  };
}

/** The backend and three compute nodes, one of which needs one change more. */
export const threeHosts = (): Plan => onlyHosts(sitePlan(), ['nfs01', ...names('compute', 1, 3)]);

/** 300 compute nodes: most new, some that differ, blocked, waiting, done, down. */
export function cloudPlan(): Plan {
  const [small, later] = [sitePlan(), laterPlan()];
  const fresh = planOf(small, 'compute001');
  const overridden = planOf(small, 'compute003');
  const byHand = planOf(later, 'compute001');
  const hosts = names('compute', 1, 300).map((name, index): HostPlan => {
    const number = index + 1;
    if (number === 44 || number === 203) return rename(overridden, name);
    if (number === 77) return rename(byHand, name);
    if (number === 231 || number === 232) return rename(withMountOf(fresh, byHand), name);
    if (number === 120) return hostPlan(name, [unit([deferredMount])]);
    if (number > 290 && number < 295) return hostPlan(name, []);
    if (number >= 151 && number <= 153)
      return hostPlan(name, [unit([{ ...blockedMount, reason: inTheWay(number) }])]);
    return rename(fresh, name);
  });
  const down = ['compute117', 'compute118', 'compute260'];
  const [backend, compute] = small.stages;
  if (backend === undefined || compute === undefined) throw new Error('the plan lacks a stage');
  return {
    ...small,
    findings: [
      ...small.findings.filter(({ severity }) => severity !== 'block'),
      ...names('compute', 1, 60).map((host, index) => ({
        host,
        check: 'link-speed',
        code: 'slow',
        fields: { device: 'bond0', mbits: 1000 * (1 + (index % 2)) },
        severity: 'warning' as const,
        finding: `bond0 runs at ${1000 * (1 + (index % 2))} Mbit/s, expected at least 10000`,
        remedy: 'use the 10 GbE port for storage_address',
      })),
    ],
    stages: [
      withExports(backend, 300),
      { ...compute, hosts: hosts.filter(({ host }) => !down.includes(host)) },
    ],
    unread: down.map((host): UnreadHost => ({
      host,
      reason: host === 'compute260' ? 'unreachable: host key changed' : 'unreachable: no answer within 10 s',
    })),
  };
}

function planOf({ stages }: Plan, host: string): HostPlan {
  const found = stages.flatMap(({ hosts }) => hosts).find((each) => each.host === host);
  if (found === undefined) throw new Error(`no plan for ${host}`);
  return found;
}

/** A host with the mount of another host. */
function withMountOf({ host, units }: HostPlan, other: HostPlan): HostPlan {
  const mount = other.units.flatMap(({ changes }) => changes).find(({ type }) => type === 'mount');
  const swap = (item: Change): Change => (item.type === 'mount' && mount !== undefined ? mount : item);
  return mapChanges(swap)({ host, units });
}

function rename({ units }: HostPlan, name: string): HostPlan {
  const withName = (item: Change): Change => ({ ...item, id: item.id.replace(/^[^:]*/, name) });
  return mapChanges(withName)({ host: name, units });
}

function inTheWay(number: number): string {
  return `_base is not empty: ${number - 150} files, the first is ${String(number).repeat(14).slice(0, 40)}`;
}

/** The backend's stage with one export line for each of this many nodes. */
function withExports(stage: Stage, nodes: number): Stage {
  const options = 'rw,root_squash,sync,no_subtree_check,sec=sys';
  const lines = names('', 1, nodes).map(
    (_, index) =>
      `+/var/lib/glance/imagecache 198.51.${100 + Math.floor(index / 250)}.${11 + (index % 250)}(${options})\n`,
  );
  const extend = (item: Change): Change =>
    item.type === 'nfs_export' && item.diff !== undefined
      ? { ...item, diff: `@@ -0,0 +1,${nodes + 1} @@\n+# Managed by fastboot\n${lines.join('')}` }
      : item;
  return { ...stage, hosts: stage.hosts.map(mapChanges(extend)) };
}

/** A text with which a host may try to take over a terminal, a web page or a Markdown document. */
export const EVIL = [
  '\x1b[2J\x07\u202e\udcff',
  '</summary></details></pre></style></script><script>document.title="owned"</script>',
  '<img src=x onerror="document.title=\'owned\'">',
  '"><svg onload=fetch("https://evil.example/")> \' onmouseover=\'alert(1)',
  '[click](https://evil.example/) ![](https://evil.example/x.png) <https://evil.example/> https://evil.example @admin #1',
  '```\n````\n</details>\n# owned\n\\`` |',
  '&lt;b&gt; &#60; ${alert(1)} {{ x }} <!-- --> ]]>',
].join(' ');

/** A plan in which every text is hostile. */
export function hostilePlan(): Plan {
  const evil = EVIL;
  const made = change({ label: evil, task: evil, reason: evil, risk: 'io', remedy: evil });
  const updated = change({
    type: evil,
    action: 'update',
    before: { [evil]: 'a', mode: evil },
    after: { [evil]: evil, mode: 'b' },
    diff: `@@ -1 +1 @@\n-${evil}\n+${evil}\tx\n`,
  });
  const command = change({ type: 'command', action: 'run', label: evil });
  return plan({
    fastboot: evil,
    createdAt: evil,
    inventory: { file: evil, digest: evil },
    playbook: { file: evil, digest: evil },
    findings: [
      {
        host: 'c1',
        check: evil,
        code: evil,
        fields: { evil },
        severity: 'warning',
        finding: evil,
        remedy: evil,
      },
      {
        host: 'c2',
        check: evil,
        code: evil,
        fields: { evil },
        severity: 'block',
        finding: evil,
        remedy: evil,
      },
    ],
    stages: [
      {
        name: evil,
        essential: false,
        hosts: [
          hostPlan('c1', [unit([made, updated, command], evil)]),
          hostPlan('c2', [unit([{ ...blockedMount, label: evil, reason: evil, remedy: evil }])]),
          hostPlan('c4', [unit([{ ...deferredMount, label: evil, reason: evil, remedy: evil }])]),
          hostPlan(evil, [unit([made])]),
        ],
      },
    ],
    unread: [{ host: 'c3', reason: evil }],
    limit: evil,
  });
}
