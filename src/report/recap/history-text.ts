/** The list of earlier runs, for `fastboot history`. */
import { changesMade } from '../../plan/run-record.ts';
import type { RunEntry, RunState } from '../../plan/run-record.ts';
import { visible } from '../terminal/escape.ts';
import type { Style } from '../terminal/style.ts';
import { count, pad, textWidth, truncate } from '../terminal/text.ts';

export interface HistoryRow {
  readonly entry: RunEntry;
  readonly state: RunState;
}

const HEAD = ['RUN', 'BEGAN (UTC)', 'BY', 'STATE', 'CHANGES', 'COMMAND'];
const STATE_COLUMN = HEAD.indexOf('STATE');
const MAX_BY_WIDTH = 24;
const MIN_COMMAND_WIDTH = 20;

/** Runs as a table, ending with a newline. The command is cut where the screen ends. */
export function formatHistory(rows: readonly HistoryRow[], style: Style, columns: number): string {
  if (rows.length === 0) return 'The backend has no record of a run that changed anything.\n';
  const { ellipsis } = style.symbols;
  const cells = rows.map(({ entry, state }) => [
    entry.runId,
    visible(entry.began.slice(0, 16).replace('T', ' ')),
    truncate(visible(`${entry.who}@${entry.from}`), MAX_BY_WIDTH, ellipsis),
    state,
    changesText(entry),
    visible(entry.command),
  ]);
  const widths = HEAD.map((head, index) =>
    Math.max(...[head, ...cells.map((row) => row[index] ?? '')].map(textWidth)),
  );
  const line = (row: readonly string[], paint: (text: string, index: number) => string): string => {
    const padded = row.map((cell, index) =>
      paint(index < row.length - 1 ? pad(cell, widths[index] ?? 0) : cell, index),
    );
    return padded.join('  ');
  };
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0);
  const room = Math.max(MIN_COMMAND_WIDTH, columns - before);
  const lines = cells.map((row, index) => {
    const short = [...row.slice(0, -1), truncate(row.at(-1) ?? '', room, ellipsis)];
    return line(short, (text, column) =>
      column === STATE_COLUMN ? paintState(text, rows[index]?.state, style) : text,
    );
  });
  return `${[line(HEAD, style.bold), ...lines].join('\n')}\n`;
}

function changesText(entry: RunEntry): string {
  const made = changesMade(entry);
  if (made === null) return `of ${count(entry.planned.changes, 'change')}`;
  return `${made.changes} on ${count(made.hosts, 'host')}`;
}

function paintState(text: string, state: RunState | undefined, style: Style): string {
  if (state === 'done') return style.green(text);
  return state === 'running' ? style.cyan(text) : style.red(text);
}
