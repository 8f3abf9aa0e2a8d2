/** Findings, and changes that are blocked, as text. */
import type { Finding } from '../../core/finding.ts';
import { visible } from '../terminal/escape.ts';
import { compressHosts } from '../terminal/host-range.ts';
import type { Style } from '../terminal/style.ts';
import { indented, pad, textWidth, wrap } from '../terminal/text.ts';
import { whatToDo } from '../terminal/what-to-do.ts';
import type { FindingGroup, Obstacle } from './summary.ts';
import { BLOCKED_TITLE, exampleText, thingText } from './words.ts';

const INDENT = 6;
const SEVERITY_WIDTH = 7;

export function blockedLines(blocked: readonly Obstacle[], style: Style, width: number): readonly string[] {
  if (blocked.length === 0) return [];
  return [
    style.bold(BLOCKED_TITLE),
    ...blocked.flatMap((obstacle) => [
      ...indented(`${style.symbols.action.blocked} ${thingText(obstacle)}`, 2, width).map(style.red),
      ...indented(`on ${compressHosts(obstacle.hosts)}`, INDENT, width).map(style.bold),
      ...detailLines(obstacle, style, width),
    ]),
  ];
}

export function findingLines(
  findings: readonly FindingGroup[],
  style: Style,
  width: number,
): readonly string[] {
  if (findings.length === 0) return [];
  const nameWidth = Math.max(...findings.map(({ label }) => textWidth(visible(label))));
  return [
    style.bold('Findings'),
    ...findings.flatMap((group) => {
      const paint = group.severity === 'warning' ? style.yellow : style.dim;
      const severity = `${severitySymbol(style, group.severity)} ${pad(group.severity, SEVERITY_WIDTH)}`;
      const margin = nameWidth + SEVERITY_WIDTH + 8;
      const [first = '', ...more] = wrap(compressHosts(group.hosts), width - margin - 1);
      return [
        `  ${paint(severity)}  ${pad(visible(group.label), nameWidth)}  ${style.bold(first)}`,
        ...more.map((line) => ' '.repeat(margin) + style.bold(line)),
        ...detailLines(group, style, width),
      ];
    }),
  ];
}

function severitySymbol({ symbols }: Style, severity: Finding['severity']): string {
  switch (severity) {
    case 'block':
    case 'warning':
      return symbols.warning;
    case 'unknown':
      return symbols.unknown;
    case 'notice':
      return symbols.notice;
  }
}

function detailLines(
  { reason, remedy, hosts, varies }: Obstacle,
  style: Style,
  width: number,
): readonly string[] {
  return [
    ...indented(visible(reason) + exampleText(hosts, varies), INDENT, width),
    ...(remedy === undefined ? [] : whatToDo(visible(remedy), INDENT, style, width)),
  ];
}
