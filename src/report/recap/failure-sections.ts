/** The failures of a run, grouped by cause. */
import { groupBy } from '../../core/group-by.ts';
import type { NonEmpty } from '../../core/group-by.ts';
import { isUnreachable } from '../../core/failure.ts';
import type { Failure } from '../../core/failure.ts';
import { failureCause } from '../failure/cause.ts';
import { describeFailure } from '../failure/describe.ts';
import { failureLines } from '../failure/lines.ts';
import { visible } from '../terminal/escape.ts';
import { compressHosts } from '../terminal/host-range.ts';
import type { Style } from '../terminal/style.ts';
import { count, indented, screenWidth, spread, textWidth, truncate } from '../terminal/text.ts';
import { joinSections } from './join-sections.ts';
import type { Section } from './join-sections.ts';
import type { HostFailure, RunRecord } from './collect-run.ts';

/** The failures as a text of its own; the empty text where there are none. */
export function formatFailures(record: RunRecord, style: Style, columns: number): string {
  return joinSections(failureSections(record, style, screenWidth(columns)));
}

/** What failed, what could not be reached, and what was refused. */
export function failureSections({ failures }: RunRecord, style: Style, width: number): readonly Section[] {
  const titled = (title: string, kind: FailureKind) =>
    failureSection(
      title,
      failures.filter(({ failure }) => kindOf(failure) === kind),
      style,
      width,
    );
  return [titled('Failed', 'failed'), titled('Unreachable', 'unreachable'), titled('Refused', 'refused')];
}

type FailureKind = 'failed' | 'unreachable' | 'refused';

/** A host that is not as the plan expects was refused, which is not a failure of the host. */
function kindOf(failure: Failure): FailureKind {
  if (isUnreachable(failure)) return 'unreachable';
  return failure.kind === 'stale' ? 'refused' : 'failed';
}

function failureSection(
  title: string,
  failures: readonly HostFailure[],
  style: Style,
  width: number,
): Section {
  if (failures.length === 0) return [];
  const groups = groupBy(failures, ({ host, failure }) => failureCause(host, failure));
  return [style.bold(style.red(title)), ...groups.flatMap((group) => groupLines(group, style, width))];
}

/** One cause, as on its first host. */
function groupLines(group: NonEmpty<HostFailure>, style: Style, width: number): readonly string[] {
  const [first] = group;
  const text = describeFailure(first.host, first.failure);
  const hosts = [...new Set(group.map(({ host }) => host))];
  const size = count(hosts.length, 'host');
  const what = truncate(text.what, width - textWidth(size) - 6, style.symbols.ellipsis);
  const symbol = style.symbols.failed;
  return [
    `  ${style.red(symbol)} ${spread(what, size, width - 3 - textWidth(symbol))}`,
    ...indented(compressHosts(hosts), 4, width).map(style.bold),
    ...(first.task === undefined ? [] : indented(`task: ${visible(first.task)}`, 4, width)),
    ...(hosts.length > 1 && text.output.length > 0 ? [style.dim(`    on ${first.host}:`)] : []),
    ...failureLines(text, style, width),
  ];
}
