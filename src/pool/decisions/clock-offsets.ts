/** How far the clocks of hosts are apart. */

export interface ClockReading {
  readonly host: string;
  /** The host's clock: seconds since 1970. */
  readonly seconds: number;
  /** When the reading arrived: seconds since 1970, by the clock of the machine that runs fastboot. */
  readonly receivedAt: number;
}

/**
 * How many seconds each host's clock is ahead of the median of all hosts. The clock of the machine that runs fastboot
 * does not matter. Of an even number of hosts the lower of the two middle ones counts, so that one of two hosts is always
 * at the median. Pure.
 */
export function clockOffsets(readings: readonly ClockReading[]): ReadonlyMap<string, number> {
  const offsets = readings.map(({ host, seconds, receivedAt }) => ({ host, offset: seconds - receivedAt }));
  const sorted = offsets.map(({ offset }) => offset).sort((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return new Map(offsets.map(({ host, offset }) => [host, offset - median]));
}
