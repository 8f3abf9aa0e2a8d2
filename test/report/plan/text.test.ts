import { describe, expect, it } from 'vitest';
import type { Change, Plan } from '../../../src/plan/plan.ts';
import { formatPlan } from '../../../src/report/plan/text.ts';
import { cpuRatio } from '../../cpu.ts';
import { cloudPlan, hostilePlan, threeHosts } from '../plans.ts';
import { textWidth } from '../../../src/report/terminal/text.ts';
import {
  ascii,
  backendStage,
  blockedMount,
  change,
  coloured,
  computeUnits,
  hostPlan,
  largePlan,
  names,
  plain,
  plan,
  smallPlan,
  unit,
} from '../build.ts';

const golden = (name: string) => `golden/${name}.txt`;

function onePlan(...changes: readonly Change[]): Plan {
  return plan({
    stages: [{ name: 'Compute nodes', essential: false, hosts: [hostPlan('c1', [unit(changes)])] }],
  });
}

const lastLine = (text: string) => text.trimEnd().split('\n').at(-1);

describe('formatPlan', () => {
  it.each([
    ['plan-5-hosts-80', smallPlan(), 80],
    ['plan-5-hosts-200', smallPlan(), 200],
    ['plan-3-hosts-80', threeHosts(), 80],
    ['plan-3-hosts-200', threeHosts(), 200],
    ['plan-300-hosts-80', cloudPlan(), 80],
    ['plan-300-hosts-200', cloudPlan(), 200],
  ])('%s', async (name, made, width) => {
    const text = formatPlan(made, plain, { width });
    await expect(text).toMatchFileSnapshot(golden(name));
    const tooWide = text.split('\n').filter((line) => textWidth(line) > width);
    // a word that a person may want to copy is never cut
    expect(tooWide.filter((line) => /\S \S/.test(line) && !/^(Plan:|No changes\.)/.test(line))).toEqual([]);
  });

  it('has the same words with colours', async () => {
    const text = formatPlan(smallPlan(), coloured, { width: 80 });
    await expect(text).toMatchFileSnapshot(golden('plan-3-hosts-80-colour'));
    expect(text.replace(/\x1b\[\d+m/g, '')).toBe(formatPlan(smallPlan(), plain, { width: 80 }));
  });

  it('is ASCII where the terminal is', () => {
    expect(formatPlan(largePlan(), ascii, { width: 80 })).toMatch(/^[\x20-\x7e\n]*$/);
  });

  it('says what was compared when nothing changes', async () => {
    const hosts = names('compute', 1, 300).map((host) => ({ host, units: [] }));
    const made = plan({ stages: [{ name: 'Compute nodes', essential: false, hosts }] });
    await expect(formatPlan(made, plain, { width: 80 })).toMatchFileSnapshot(golden('plan-no-changes'));
  });

  it('says in the first and the last line that it is limited', () => {
    const text = formatPlan(largePlan(), plain, { width: 80, limited: { selected: 3, total: 300 } });
    expect(text.split('\n')[0]).toContain('limited to 3 of 300');
    expect(lastLine(text)).toContain('limited to 3 of 300');
    expect(lastLine(formatPlan({ ...largePlan(), limit: 'rack1,!x' }, plain, { width: 80 }))).toContain(
      'limited to rack1,!x',
    );
  });

  it('is only its last line with -q', () => {
    const whole = formatPlan(smallPlan(), plain, { width: 80 });
    const quiet = formatPlan(smallPlan(), coloured, { width: 80, quiet: true });
    expect(quiet).toBe(`${String(lastLine(whole))}\n`);
    expect(quiet).toMatch(
      /^Plan: \d+ to create, \d+ to update, \d+ to replace, \d+ to delete, \d+ to run; \d+ deferred, \d+ blocked on \d+ of \d+ hosts; \d+ unreachable\.\n$/,
    );
  });

  it('shows all of a long diff with -v only, and tasks', () => {
    const short = formatPlan(largePlan(), plain, { width: 120 });
    const verbose = formatPlan(largePlan(), plain, { width: 120, verbose: true });
    expect(short).toContain('(289 more lines; -v shows all)');
    expect(short.split('\n').filter((line) => line.includes('root_squash'))).toHaveLength(11);
    expect(verbose.split('\n').filter((line) => line.includes('root_squash'))).toHaveLength(300);
    expect(verbose).toContain('task: Mount the pool');
  });

  it('groups hosts whose changes read the same, though line numbers differ', () => {
    const at = (line: number) =>
      computeUnits().map((each) => ({
        ...each,
        changes: each.changes.map((item) => ({
          ...item,
          diff: `--- a\n+++ b\n@@ -${line},0 +${line + 1},1 @@\n+new\n`,
        })),
      }));
    const hosts = names('c', 1, 5).map((host, index) => hostPlan(host, at(index)));
    const text = formatPlan(plan({ stages: [{ name: 'S', essential: false, hosts }] }), plain, { width: 80 });
    expect(text).toContain('c[001:005]  S, 5 hosts');
    expect(text).toContain('4 changes each');
  });

  it('plans nothing for stages that need a blocked backend', () => {
    const made = plan({
      stages: [
        { name: 'NFS backend', essential: true, hosts: [hostPlan('nfs01', [unit([blockedMount])])] },
        { name: 'Compute nodes', essential: false, hosts: [{ host: 'c1', units: [] }] },
      ],
    });
    const text = formatPlan(made, plain, { width: 80 });
    expect(text).toMatch(/c1 {2}Compute nodes +not planned, because the backend is blocked/);
    expect(text).not.toContain('no changes');
  });

  it('marks notices', () => {
    const notice = {
      severity: 'notice',
      finding: 'Glance is not asked',
      remedy: 'give it an openrc',
    } as const;
    const lines = formatPlan(
      plan({ findings: [{ host: 'nfs01', check: 'openrc', code: 'not-asked', fields: {}, ...notice }] }),
      plain,
      {
        width: 80,
      },
    ).split('\n');
    const at = lines.findIndex((line) => /^ {2}i notice +openrc +nfs01$/.test(line));
    expect(lines.slice(at + 1, at + 3)).toEqual(['      Glance is not asked', '      → give it an openrc']);
  });

  it('shows a blocking finding once', () => {
    const finding = { finding: 'nova is 162 here, 64060 in the pool', remedy: 'change it' };
    const made = plan({
      findings: [
        { host: 'c1', check: 'nova-ids', code: 'differ', fields: {}, severity: 'block', ...finding },
      ],
      stages: [
        {
          name: 'Compute nodes',
          essential: false,
          hosts: [
            hostPlan('c1', [
              unit([
                change({
                  type: 'check',
                  label: 'nova-ids',
                  action: 'blocked',
                  risk: 'blocked',
                  reason: finding.finding,
                  remedy: finding.remedy,
                }),
              ]),
            ]),
          ],
        },
      ],
    });
    expect(formatPlan(made, plain, { width: 80 }).split(finding.finding)).toHaveLength(2);
  });

  it.each<[string, Change, boolean]>([
    [
      'restart of nova-compute',
      change({ type: 'service', label: 'nova-compute.service', action: 'run', risk: 'restart' }),
      true,
    ],
    [
      'restart of libvirtd',
      change({ type: 'service', label: 'libvirtd.service', action: 'run', risk: 'restart' }),
      false,
    ],
    [
      'restart of a service with a similar name',
      change({ type: 'service', label: 'my-nova-compute-vms', action: 'run', risk: 'restart' }),
      false,
    ],
    [
      'restart of the NFS server',
      change({ type: 'service', label: 'nfs-server.service', action: 'run', risk: 'restart' }),
      false,
    ],
    ['first mount', change({ type: 'mount', risk: 'io' }), true],
    ['mount removed', change({ type: 'mount', action: 'delete', risk: 'io' }), false],
    ['mount replaced', change({ type: 'mount', action: 'replace', risk: 'io' }), false],
    ['file removed', change({ type: 'absent', action: 'delete' }), false],
  ])('claims that no VM is touched only where that is true: %s', (_, made, claimed) => {
    const text = formatPlan(onePlan(made), plain, { width: 80 });
    expect(text).toContain('Risks');
    expect(text.includes('No VM is touched')).toBe(claimed);
  });

  it('claims a mount only for changes that mount', () => {
    const copy = change({ type: 'store_copy', label: '/images', action: 'run', risk: 'io' });
    const mount = change({ type: 'mount', label: '/images', risk: 'io' });
    const hosts = [hostPlan('ctl1', [unit([copy, mount], 'glance-api.service')])];
    const made = plan({ stages: [{ name: 'Glance', essential: false, hosts }] });
    const text = formatPlan(made, plain, { width: 80 });
    expect(text).toContain('! /images is mounted on ctl1');
    expect(text).toContain('! stops glance-api.service on ctl1');
    expect(text).not.toContain('mounted again');
  });

  it('makes texts of hosts safe for the terminal', async () => {
    const text = formatPlan(hostilePlan(), plain, { width: 80, verbose: true });
    expect(text).not.toMatch(/[\p{Cf}\p{Cs}]|(?!\n)\p{Cc}/u);
    expect(text).toContain('\\x1b[2J');
    await expect(text).toMatchFileSnapshot(golden('plan-hostile-80'));
  });

  it('shows a diff as it will be: hunks, context, no newline at the end', () => {
    const diff =
      '--- /etc/fstab\n+++ /etc/fstab\n@@ -1,3 +1,3 @@\n # a\n---- old\n+--- new\n@@ -9 +9 @@\n-x\n\\ No newline at end of file\n+x\n';
    const text = formatPlan(onePlan(change({ action: 'update', diff })), plain, { width: 80 });
    expect(text).toContain(
      [
        '        # a',
        '      - --- old',
        '      + --- new',
        '        …',
        '      - x',
        '        (no newline at the end of the file)',
        '      + x',
      ].join('\n'),
    );
  });

  it('takes at most 100 times the work of writing its JSON, also where 300 hosts all differ', async () => {
    const hosts = names('c', 1, 300).map((host) =>
      hostPlan(host, [
        ...backendStage(20).hosts.flatMap(({ units }) => units),
        unit([change({ label: host })]),
      ]),
    );
    const made = plan({ stages: [{ name: 'S', essential: false, hosts }] });
    expect(formatPlan(made, plain, { width: 120 })).toContain('c300');
    const ratio = await cpuRatio(
      () => formatPlan(made, plain, { width: 120 }),
      () => JSON.stringify(made),
    );
    expect(ratio).toBeLessThan(100);
  });
});
