/** Draws a phase: the live picture, and the one line that stays of it. */
import { amountBar } from './amount-bar.ts';
import { bar } from '../terminal/bar.ts';
import { visible } from '../terminal/escape.ts';
import { tallyHosts } from './progress.ts';
import type { Cause, HostProgress, PhaseProgress } from './progress.ts';
import type { Style } from '../terminal/style.ts';
import { count, duration, elapsed, pad, padLeft, textWidth, truncate } from '../terminal/text.ts';

/** With more hosts than this, the picture has a bar and counts. */
const MAX_HOSTS_WITHOUT_COUNTS = 10;
const PHASE_WIDTH = 16;
const MAX_HOST_WIDTH = 30;
const TIME_WIDTH = 5;
const BAR_WIDTH = 20;
const AMOUNT_WIDTH = 12;
const SPINNER_STEPS_PER_S = 5;
/** The time that is left is estimated after this long, and when this share of the hosts is done. */
const MIN_SECONDS_TO_ESTIMATE = 5;
const MIN_SHARE_TO_ESTIMATE = 0.1;

export interface Frame {
  /** Seconds since the run started. */
  readonly now: number;
  readonly columns: number;
  readonly rows: number;
}

/** The live picture: counts, hosts, causes of failures. It takes half of the screen at most, so that other lines are seen too. */
export function phaseRows(phase: PhaseProgress, style: Style, frame: Frame): readonly string[] {
  const room = Math.max(1, Math.floor(frame.rows / 2) - 1);
  const fitsAll = phase.hosts.size <= room;
  const causes = fitsAll ? [] : [...phase.causes.values()].reverse().slice(0, Math.floor(room / 2));
  const hosts = fitsAll ? [...phase.hosts.values()] : slowest(phase).slice(0, room - causes.length);
  const names = Math.min(MAX_HOST_WIDTH, Math.max(0, ...hosts.map(({ host }) => textWidth(host))));
  return [
    headRow(phase, style, frame),
    ...hosts.map((host) => hostRow(host, names, style, frame)),
    ...causes.map((cause) => causeRow(cause, names, style, frame)),
  ].slice(0, Math.max(1, frame.rows - 1));
}

/** The one line that stays of a phase. */
export function phaseResult(phase: PhaseProgress, style: Style, columns: number): string {
  const { symbols } = style;
  const { passed, running, waiting } = tallyHosts(phase);
  const isIncomplete = phase.interrupted || phase.ended === undefined;
  const [symbol, paint] =
    phase.causes.size > 0
      ? [symbols.failed, style.red]
      : isIncomplete || running + waiting > 0
        ? [symbols.warning, style.yellow]
        : [symbols.ok, style.green];
  const parts = [
    `${passed}/${phase.hosts.size}`,
    ...problemCounts(phase),
    running + waiting > 0 ? `${running + waiting} not done` : '',
    isIncomplete ? 'interrupted' : '',
    phase.ended === undefined ? '' : duration(phase.ended - phase.started),
  ];
  return row(symbol, paint, `${pad(visible(phase.name), PHASE_WIDTH)}  ${join(parts)}`, columns, style);
}

/** The hosts that are running, the one that started first at the top. */
function slowest(phase: PhaseProgress): readonly HostProgress[] {
  return [...phase.hosts.values()]
    .filter(({ status }) => status === 'running')
    .sort((a, b) => a.started - b.started);
}

function headRow(phase: PhaseProgress, style: Style, { now, columns }: Frame): string {
  const { passed, running, waiting } = tallyHosts(phase);
  const { size } = phase.hosts;
  const done = size - running - waiting;
  const seconds = now - phase.started;
  const parts = [
    size > MAX_HOSTS_WITHOUT_COUNTS && columns >= 100 ? bar(done / size, BAR_WIDTH, style) : '',
    `${passed}/${size}`,
    size > MAX_HOSTS_WITHOUT_COUNTS && running > 0 ? `${running} running` : '',
    ...problemCounts(phase),
    phase.interrupted ? 'stopping' : '',
    elapsed(seconds),
    phase.interrupted ? '' : timeLeft(done, size, seconds),
  ];
  const text = `${pad(visible(phase.name), PHASE_WIDTH)}  ${join(parts)}`;
  return row(spinnerAt(style, now), style.cyan, text, columns, style);
}

function problemCounts(phase: PhaseProgress): readonly string[] {
  const { blocked, failed } = tallyHosts(phase);
  return [blocked > 0 ? `${blocked} blocked` : '', failed > 0 ? `${failed} failed` : ''];
}

/** An estimate of the time that is left; empty while too few hosts are done for one. */
function timeLeft(done: number, size: number, seconds: number): string {
  const left = size - done;
  const isTooEarly = seconds < MIN_SECONDS_TO_ESTIMATE || done < size * MIN_SHARE_TO_ESTIMATE;
  if (isTooEarly || left === 0 || size <= MAX_HOSTS_WITHOUT_COUNTS) return '';
  return `about ${elapsed((seconds / done) * left + 1)} left`;
}

function hostRow(host: HostProgress, names: number, style: Style, frame: Frame): string {
  const { symbols } = style;
  const name = pad(truncate(visible(host.host), names, symbols.ellipsis), names);
  const line = (symbol: string, paint: (text: string) => string, time: string, text: string) =>
    row(symbol, paint, `${name}  ${padLeft(time, TIME_WIDTH)}  ${text}`, frame.columns, style, 2);
  const took = elapsed(Math.round(host.ended - host.started));
  switch (host.status) {
    case 'waiting':
      return line('', style.dim, '', 'waiting');
    case 'running':
      return line(
        spinnerAt(style, frame.now),
        style.cyan,
        elapsed(frame.now - host.since),
        doing(host, style),
      );
    case 'passed':
      return line(symbols.ok, style.green, took, host.changes > 0 ? count(host.changes, 'change') : 'done');
    case 'blocked':
      return line(symbols.warning, style.yellow, '', 'blocked');
    case 'failed':
      return line(symbols.failed, style.red, took, host.step);
  }
}

/** `2/4 Time service  ████░░  58 %  Unpacking chrony`. */
function doing({ task, step, amount }: HostProgress, style: Style): string {
  const change = task ? `${task.position}/${task.total} ${visible(task.name)}` : '';
  return join([change, amount ? amountBar(amount, AMOUNT_WIDTH, style) : '', visible(step)]);
}

/** A cause of failures, how many hosts it has, and the newest of them. */
function causeRow({ what, hosts }: Cause, names: number, style: Style, { columns }: Frame): string {
  const { failed, ellipsis } = style.symbols;
  const newest = visible(hosts.at(-1) ?? '');
  const who = hosts.length === 1 ? newest : `${count(hosts.length, 'host')}, the last ${newest}`;
  const room = columns - 2 - textWidth(style.symbols.ok) - 1;
  const text = truncate(what, Math.max(names, room - textWidth(who) - 2), ellipsis);
  return row(failed, style.red, `${text}  ${who}`, columns, style, 2);
}

/** The spinner depends on the time only, so that the same moment always looks the same. */
function spinnerAt({ symbols: { spinner } }: Style, now: number): string {
  return spinner[Math.floor(now * SPINNER_STEPS_PER_S) % spinner.length] ?? '';
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
