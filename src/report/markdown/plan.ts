/** A plan as Markdown, for a change request on GitHub or GitLab. */
import type { Plan } from '../../plan/plan.ts';
import type { DiffLine } from '../plan/change-diff.ts';
import { escapeHtml } from '../html/escape-html.ts';
import { compressHosts } from '../terminal/host-range.ts';
import { code, fenced, prose } from './text.ts';
import type { HostGroup, ShownChange } from '../plan/host-group.ts';
import { hasSameReason, variantHead } from '../plan/per-host-details.ts';
import type { Variant, VariantHead } from '../plan/per-host-details.ts';
import { summarizePlan } from '../plan/summary.ts';
import type { Obstacle, PlanSummary, StageSummary } from '../plan/summary.ts';
import {
  ACTIONS,
  RISKS,
  RISK_MEANINGS,
  UNREAD_TITLE,
  BLOCKED_HOSTS_TEXT,
  BLOCKED_TITLE,
  amountText,
  exampleText,
  lastLine,
  limitText,
  reasonText,
  riskText,
  stopText,
  unchangedText,
  vmText,
} from '../plan/words.ts';
import { SYMBOLS } from '../terminal/style.ts';
import { count } from '../terminal/text.ts';

type Lines = readonly string[];

/** The overview first, then each group of hosts with its changes folded. */
export function planMarkdown(plan: Plan): string {
  const summary = summarizePlan(plan);
  const blocks: readonly Lines[] = [
    head(plan, summary),
    ...findings(BLOCKED_TITLE, summary.blocked),
    ...risks(summary),
    ...findings('Findings', summary.findings),
    ...unread(summary),
    ...summary.stages.flatMap(stage),
    [
      `Inventory ${code(plan.inventory.file)}, SHA-256 ${code(plan.inventory.digest)}  `,
      `Playbook ${code(plan.playbook.file)}, SHA-256 ${code(plan.playbook.digest)}`,
    ],
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function head(plan: Plan, summary: PlanSummary): Lines {
  const limit = limitText(plan);
  const made = [
    `Made ${code(plan.createdAt)} by fastboot ${code(plan.fastboot)}`,
    count(summary.hosts.length, 'host'),
    ...(limit === '' ? [] : [prose(limit)]),
    'only read: nothing has been changed',
  ];
  return [
    `# fastboot plan for ${code(plan.inventory.file)}`,
    '',
    `${made.join('; ')}.`,
    '',
    `**${prose(lastLine(plan, summary))}**`,
    ...(summary.changedHosts.length === 0 ? [] : ['', ...tables(summary)]),
  ];
}

function tables({ counts, riskCounts }: PlanSummary): Lines {
  const used = ACTIONS.filter((action) => counts[action] > 0);
  const risky = RISKS.filter((risk) => riskCounts[risk] > 0);
  return [
    `| Action | ${used.map((action) => `\`${SYMBOLS.action[action]}\` ${action}`).join(' | ')} |`,
    `| --- |${' ---: |'.repeat(used.length)}`,
    `| **Changes** | ${used.map((action) => counts[action]).join(' | ')} |`,
    '',
    '| Risk | Changes | What it means |',
    '| --- | ---: | --- |',
    ...risky.map((risk) => `| ${risk} | ${riskCounts[risk]} | ${RISK_MEANINGS[risk]} |`),
  ];
}

function findings(title: string, list: readonly Obstacle[]): readonly Lines[] {
  if (list.length === 0) return [];
  return [
    [`## ${title}`],
    list.flatMap(({ type, label, reason, remedy, hosts, varies }) => [
      `- **${prose(type)}** ${code(label)} on ${code(compressHosts(hosts))}  `,
      `  ${prose(reason + exampleText(hosts, varies))}  `,
      ...(remedy === undefined ? [] : [`  *What to do:* ${prose(remedy)}`]),
    ]),
  ];
}

function risks({ risks: summary, changedHosts }: PlanSummary): readonly Lines[] {
  if (changedHosts.length === 0) return [];
  return [
    ['## Effect on services, mounts and VMs'],
    [...summary.risks.map((risk) => `- ${riskText(risk, code)}`), `- ${vmText(summary, code)}`],
  ];
}

function unread({ unread: groups }: PlanSummary): readonly Lines[] {
  if (groups.length === 0) return [];
  return [
    [`## ${UNREAD_TITLE}`],
    groups.map(({ hosts, reason }) => `- ${code(compressHosts(hosts))}: ${prose(reason)}`),
  ];
}

function stage({ name, isBackendBlocked, groups, blocked, unchanged }: StageSummary): readonly Lines[] {
  const idle = (hosts: readonly string[], text: string) =>
    hosts.length === 0 ? [] : [[`${code(compressHosts(hosts))}: ${text}`]];
  return [
    [`## ${prose(name)}`],
    ...groups.flatMap(group),
    ...idle(blocked, BLOCKED_HOSTS_TEXT),
    ...idle(unchanged, unchangedText(isBackendBlocked)),
  ];
}

function group(hosts: HostGroup): readonly Lines[] {
  const size = hosts.hosts.length > 1 ? `, ${count(hosts.hosts.length, 'host')}` : '';
  const names = escapeHtml(compressHosts(hosts.hosts));
  return [
    ['<details>', `<summary><code>${names}</code>${size}: ${amountText(hosts)}</summary>`],
    ...(hosts.like?.adds ?? hosts.changes).flatMap(change),
    ...(hosts.like?.lacks ?? []).map(({ type, label }) => [`without ${prose(type)} ${code(label)}`]),
    ['</details>'],
  ];
}

function change(shown: ShownChange): readonly Lines[] {
  const [first] = shown.variants;
  const symbol = `\`${SYMBOLS.action[shown.action]}\``;
  const same = hasSameReason(shown.variants);
  return [
    [
      `${symbol} **${prose(shown.type)}** ${code(shown.label)}${same ? `: ${prose(reasonText(first, shown.risk))}` : ''}`,
      ...(shown.stops === null ? [] : ['', stopText(shown.stops, code)]),
    ],
    ...shown.variants.flatMap((variant) => [
      ...variantTitle(variantHead(shown.variants, variant)),
      ...details(variant),
    ]),
  ];
}

function variantTitle(head: VariantHead | null): readonly Lines[] {
  if (head === null) return [];
  const reason = head.reason === null ? '' : ` ${prose(head.reason)}`;
  return [[`On ${code(compressHosts(head.hosts))}${head.instead ? ' instead' : ''}:${reason}`]];
}

function details({ differences, diff, remedy }: Variant): readonly Lines[] {
  return [
    differences.map((difference) => `- ${code(difference)}`),
    diff.length === 0 ? [] : fenced(diff.map(diffLine), 'diff'),
    remedy === undefined ? [] : [`*What to do:* ${prose(remedy)}`],
  ];
}

function diffLine({ sign, text }: DiffLine): string {
  switch (sign) {
    case '@':
      return '@@ @@';
    case '\\':
      return '\\ No newline at end of file';
    default:
      return sign + text;
  }
}
