import { amountBar } from './amount-bar.ts';
import { bar } from '../terminal/bar.ts';
import { visible } from '../terminal/escape.ts';
import { tallyHosts } from './progress.ts';
import type { Cause, HostProgress, PhaseProgress } from './progress.ts';
import type { Style } from '../terminal/style.ts';
import { count, duration, elapsed, pad, padLeft, textWidth, truncate } from '../terminal/text.ts';

/** Up to this many hosts need no counting. */
const FEW = 10;
const NAME_WIDTH = 16;
const HOST_WIDTH = 30;
const TIME_WIDTH = 5;
const TURNS_A_SECOND = 5;

export interface Frame {
  /** Seconds since the run began. */
  readonly now: number;
  readonly columns: number;
  readonly rows: number;
}

/** The live picture of a phase: its counts, then hosts; at most half of the screen, so that what stays is seen too. */
export function phaseRows(phase: PhaseProgress, style: Style, frame: Frame): readonly string[] {
  const room = Math.max(1, Math.floor(frame.rows / 2) - 1);
  const few = phase.hosts.size <= room;
  const causes = few ? [] : [...phase.causes.values()].reverse().slice(0, Math.floor(room / 2));
  const hosts = few ? [...phase.hosts.values()] : slowest(phase).slice(0, room - causes.length);
  const names = Math.min(HOST_WIDTH, Math.max(0, ...hosts.map(({ host }) => textWidth(host))));
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
  const cutShort = phase.interrupted || phase.ended === undefined;
  const [symbol, paint] =
    phase.causes.size > 0
      ? [symbols.failed, style.red]
      : cutShort || running + waiting > 0
        ? [symbols.warning, style.yellow]
        : [symbols.ok, style.green];
  const parts = [
    `${passed}/${phase.hosts.size}`,
    ...troubles(phase),
    running + waiting > 0 ? `${running + waiting} not done` : '',
    cutShort ? 'interrupted' : '',
    phase.ended === undefined ? '' : duration(phase.ended - phase.started),
  ];
  return row(symbol, paint, `${pad(visible(phase.name), NAME_WIDTH)}  ${join(parts)}`, columns, style);
}

/** Hosts at work, the one that has been longest at this phase first. */
function slowest(phase: PhaseProgress): readonly HostProgress[] {
  return [...phase.hosts.values()]
    .filter(({ status }) => status === 'running')
    .sort((a, b) => a.started - b.started);
}

function headRow(phase: PhaseProgress, style: Style, { now, columns }: Frame): string {
  const { passed, running, waiting } = tallyHosts(phase);
  const { size } = phase.hosts;
  const through = size - running - waiting;
  const seconds = now - phase.started;
  const parts = [
    size > FEW && columns >= 100 ? bar(through / size, 20, style) : '',
    `${passed}/${size}`,
    size > FEW && running > 0 ? `${running} running` : '',
    ...troubles(phase),
    phase.interrupted ? 'stopping' : '',
    elapsed(seconds),
    phase.interrupted ? '' : remaining(through, size, seconds),
  ];
  const text = `${pad(visible(phase.name), NAME_WIDTH)}  ${join(parts)}`;
  return row(wheel(style, now), style.cyan, text, columns, style);
}

function troubles(phase: PhaseProgress): readonly string[] {
  const { blocked, failed } = tallyHosts(phase);
  return [blocked > 0 ? `${blocked} blocked` : '', failed > 0 ? `${failed} failed` : ''];
}

/** An honest guess needs some hosts that are through; before that nothing is said. */
function remaining(through: number, size: number, seconds: number): string {
  const left = size - through;
  if (seconds < 5 || left === 0 || size <= FEW || through < size / 10) return '';
  return `about ${elapsed((seconds / through) * left + 1)} left`;
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
      return line(wheel(style, frame.now), style.cyan, elapsed(frame.now - host.since), doing(host, style));
    case 'passed':
      return line(symbols.ok, style.green, took, host.changes > 0 ? count(host.changes, 'change') : 'done');
    case 'blocked':
      return line(symbols.warning, style.yellow, '', 'blocked');
    case 'failed':
      return line(symbols.failed, style.red, took, host.step);
  }
}

/** `2/4 NFS client  ████░░  58 %  Unpacking nfs-common`. */
function doing({ task, step, amount }: HostProgress, style: Style): string {
  const change = task ? `${task.position}/${task.total} ${visible(task.name)}` : '';
  return join([change, amount ? amountBar(amount, 12, style) : '', visible(step)]);
}

/** Why hosts failed, how many, and the newest of them. */
function causeRow({ what, hosts }: Cause, names: number, style: Style, { columns }: Frame): string {
  const { failed, ellipsis } = style.symbols;
  const newest = visible(hosts.at(-1) ?? '');
  const who = hosts.length === 1 ? newest : `${count(hosts.length, 'host')}, the last ${newest}`;
  const room = columns - 2 - textWidth(style.symbols.ok) - 1;
  const text = truncate(what, Math.max(names, room - textWidth(who) - 2), ellipsis);
  return row(failed, style.red, `${text}  ${who}`, columns, style, 2);
}

/** Turns with the time, so that equal moments look equal. */
function wheel({ symbols: { spinner } }: Style, now: number): string {
  return spinner[Math.floor(now * TURNS_A_SECOND) % spinner.length] ?? '';
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
