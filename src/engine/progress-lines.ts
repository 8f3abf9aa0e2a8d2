/** Reads progress out of the lines that a running change prints. */
import type { EventBody } from '../core/event.ts';

/** How much is done, as one line of output says. */
export interface ProgressLine {
  readonly amount: Pick<EventBody & { type: 'host.progress' }, 'done' | 'total' | 'unit'>;
  readonly step: string;
  /** Whether the line is for fastboot only and not shown to people. */
  readonly hidden: boolean;
}

/** A line that apt writes to its status descriptor: `pmstatus:chrony:33.3333:Unpacking chrony (amd64)`. */
const APT = /^(?:dl|pm)status:.*?:(\d+(?:\.\d+)?):(.*)$/;
/** A line that dnf and yum print without a terminal: `  Installing       : chrony-4.5-1.el9.x86_64     3/10 `. */
const RPM = /^ {2}(Installing) *: (\S+) +(\d+)\/(\d+) *$/;
/** A line of fastboot's own scripts: `fastboot-progress 1048576 4194304 bytes copying`. */
const OWN = /^fastboot-progress (\d+) ([1-9]\d*) (percent|packages|bytes) (.*)$/;

/** Reads one line; undefined where it has no progress. Only numbers in the line are used; nothing is guessed. */
export function readProgressLine(line: string): ProgressLine | undefined {
  const apt = APT.exec(line);
  if (apt) {
    const [, done, step = ''] = apt;
    return { amount: { done: Number(done), total: 100, unit: 'percent' }, step, hidden: true };
  }
  const rpm = RPM.exec(line);
  if (rpm) {
    const [, verb, name, done, total] = rpm;
    const amount = { done: Number(done), total: Math.max(1, Number(total)), unit: 'packages' } as const;
    return { amount, step: `${verb} ${name}`, hidden: false };
  }
  const own = OWN.exec(line);
  if (own === null) return undefined;
  const [, done, total, unit, step = ''] = own;
  const units = { percent: 'percent', packages: 'packages', bytes: 'bytes' } as const;
  const amount = { done: Number(done), total: Number(total), unit: units[unit as keyof typeof units] };
  return { amount, step, hidden: true };
}

/** An output without the lines that are for fastboot only. */
export function withoutProgress(output: string): string {
  if (!/^(?:(?:dl|pm)status:|fastboot-progress )/m.test(output)) return output;
  return output
    .split('\n')
    .filter((line) => readProgressLine(line)?.hidden !== true)
    .join('\n');
}
