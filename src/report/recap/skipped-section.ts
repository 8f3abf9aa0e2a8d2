/** The hosts of a run that were not finished or not started, and why. */
import type { HostOutcome } from '../../core/event.ts';
import type { Plan } from '../../plan/plan.ts';
import { compressHosts } from '../terminal/host-range.ts';
import type { Style } from '../terminal/style.ts';
import { indented } from '../terminal/text.ts';
import type { Section } from './join-sections.ts';
import type { RunRecord } from './collect-run.ts';

export function skippedSection(
  record: RunRecord,
  plan: Plan | undefined,
  style: Style,
  width: number,
): Section {
  const skipped = hostsWith(record, ['skipped']);
  const hasChanges = (host: string) => (record.changed.get(host) ?? 0) > 0;
  const part = (title: string, hosts: readonly string[], text: string): Section =>
    hosts.length === 0
      ? []
      : [
          style.bold(title),
          ...indented(compressHosts(hosts), 4, width).map(style.bold),
          ...indented(text, 4, width),
        ];
  const unfinished = part(
    'Not finished',
    skipped.filter(hasChanges),
    'Steps that had started were finished. The other steps were not started.',
  );
  const untouched = part(
    'Skipped',
    skipped.filter((host) => !hasChanges(host)),
    `${skipReason(record, plan)} Nothing was changed on these hosts.`,
  );
  const separator = unfinished.length > 0 && untouched.length > 0 ? [''] : [];
  return [...unfinished, ...separator, ...untouched];
}

function skipReason(record: RunRecord, plan: Plan | undefined): string {
  for (const host of essentialHosts(plan)) {
    const what = obstacleOf(record.outcomes.get(host));
    if (what !== undefined) return `Their stage was not started: it needs ${host}, and ${host} ${what}.`;
  }
  if (record.interrupted !== undefined) return 'The run was interrupted before they were started.';
  if (record.stopped !== undefined) return `They were not started: ${record.stopped}.`;
  return 'Their stage was not started.';
}

/** What keeps later stages from starting, where a host of an essential stage has this outcome. */
function obstacleOf(outcome: HostOutcome | undefined): string | undefined {
  switch (outcome) {
    case 'failed':
      return 'failed';
    case 'unreachable':
      return 'is unreachable';
    case 'blocked':
      return 'is blocked';
    default:
      return undefined;
  }
}

/** The hosts that later stages need: the backend. */
export function essentialHosts(plan: Plan | undefined): readonly string[] {
  return (plan?.stages ?? [])
    .filter(({ essential }) => essential)
    .flatMap(({ hosts }) => hosts.map(({ host }) => host));
}

export function hostsWith(record: RunRecord, outcomes: readonly HostOutcome[]): readonly string[] {
  return record.hosts.filter((host) => {
    const outcome = record.outcomes.get(host);
    return outcome !== undefined && outcomes.includes(outcome);
  });
}
