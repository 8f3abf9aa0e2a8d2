import { visible } from './escape.ts';
import type { HostProgress, PhaseProgress } from './progress.ts';
import type { Style } from './style.ts';
import { count, duration, elapsed, pad, textWidth, truncate } from './text.ts';

/** Up to this many hosts have a row each. */
const ROW_EACH = 10;
const SLOWEST = 5;
const NEWEST_FAILURES = 5;
const NAME_WIDTH = 16;

export interface Frame {
  /** Seconds since the run began. */
  readonly now: number;
  readonly columns: number;
  readonly rows: number;
  /** Which picture of the turning wheel. */
  readonly turn: number;
}

/** The live picture of a phase: its counts, then hosts; never more rows than the frame has. */
export function phaseRows(phase: PhaseProgress, style: Style, frame: Frame): readonly string[] {
  const hosts = shownHosts(phase);
  const names = Math.max(0, ...hosts.map(({ host }) => textWidth(host)));
  return [
    headRow(phase, style, frame),
    ...hosts.map((host) => hostRow(host, Math.min(names, 30), style, frame)),
  ].slice(0, Math.max(1, frame.rows - 1));
}

/** The one line that stays of a phase. */
export function phaseResult(phase: PhaseProgress, style: Style, columns: number): string {
  const { symbols } = style;
  const cutShort = phase.interrupted || phase.ended === undefined;
  const [symbol, paint] =
    phase.failed.length > 0
      ? [symbols.failed, style.red]
      : cutShort
        ? [symbols.warning, style.yellow]
        : [symbols.ok, style.green];
  const parts = [...countParts(phase), cutShort ? 'interrupted' : ''];
  if (phase.ended !== undefined) parts.push(duration(phase.ended - phase.started));
  return row(symbol, paint, `${pad(visible(phase.name), NAME_WIDTH)}  ${join(parts)}`, columns, style);
}

function shownHosts(phase: PhaseProgress): readonly HostProgress[] {
  const hosts = [...phase.hosts.values()];
  if (hosts.length <= ROW_EACH) return hosts;
  const slowest = hosts
    .filter(({ status }) => status === 'running')
    .sort((a, b) => a.started - b.started)
    .slice(0, SLOWEST);
  return [...slowest, ...phase.failed.slice(-NEWEST_FAILURES).reverse()];
}

function headRow(phase: PhaseProgress, style: Style, { now, columns, turn }: Frame): string {
  const { spinner } = style.symbols;
  const seconds = now - phase.started;
  const parts = [
    ...countParts(phase),
    phase.interrupted ? 'stopping after the steps that have begun' : '',
    elapsed(seconds),
    remaining(phase, seconds),
  ];
  const text = `${pad(visible(phase.name), NAME_WIDTH)}  ${join(parts)}`;
  return row(spinner[turn % spinner.length] ?? '', style.cyan, text, columns, style);
}

function countParts(phase: PhaseProgress): readonly string[] {
  const tally = { waiting: 0, running: 0, passed: 0, blocked: 0, failed: 0 };
  for (const { status } of phase.hosts.values()) tally[status] += 1;
  const many = phase.hosts.size > ROW_EACH;
  return [
    `${tally.passed}/${phase.hosts.size}`,
    many && tally.running > 0 ? `${tally.running} running` : '',
    tally.blocked > 0 ? `${tally.blocked} blocked` : '',
    tally.failed > 0 ? `${tally.failed} failed` : '',
  ];
}

/** An honest guess needs some hosts that are through; before that nothing is said. */
function remaining(phase: PhaseProgress, seconds: number): string {
  const through = [...phase.hosts.values()].filter(
    ({ status }) => status !== 'waiting' && status !== 'running',
  );
  const left = phase.hosts.size - through.length;
  if (seconds < 5 || left === 0 || phase.hosts.size <= ROW_EACH || through.length < phase.hosts.size / 10)
    return '';
  return `about ${elapsed((seconds / through.length) * left + 1)} left`;
}

function hostRow(host: HostProgress, names: number, style: Style, frame: Frame): string {
  const { symbols } = style;
  const name = pad(truncate(visible(host.host), names, symbols.ellipsis), names);
  const line = (symbol: string, paint: (text: string) => string, text: string) =>
    row(symbol, paint, `${name}  ${text}`, frame.columns, style, 2);
  const took = duration(host.ended - host.started);
  switch (host.status) {
    case 'waiting':
      return line('', style.dim, 'waiting');
    case 'running': {
      const wheel = symbols.spinner[frame.turn % symbols.spinner.length] ?? '';
      return line(wheel, style.cyan, `${visible(host.step)}  ${elapsed(frame.now - host.since)}`);
    }
    case 'passed':
      return line(
        symbols.ok,
        style.green,
        host.changes > 0 ? `${count(host.changes, 'change')}  ${took}` : took,
      );
    case 'blocked':
      return line(symbols.warning, style.yellow, 'blocked');
    case 'failed':
      return line(symbols.failed, style.red, host.step);
  }
}

function row(
  symbol: string,
  paint: (text: string) => string,
  text: string,
  columns: number,
  style: Style,
  indentation = 0,
): string {
  const symbolWidth = textWidth(style.symbols.ok);
  const room = columns - indentation - symbolWidth - 1;
  return `${' '.repeat(indentation)}${paint(pad(symbol, symbolWidth))} ${truncate(text, room, style.symbols.ellipsis)}`;
}

function join(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('  ');
}
