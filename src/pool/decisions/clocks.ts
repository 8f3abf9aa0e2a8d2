/** A clock that is further than this from the others is a warning. */
export const MAX_SKEW_SECONDS = 2;

export interface ClockReading {
  readonly host: string;
  /** The host's clock, unix seconds. */
  readonly seconds: number;
  /** The controller's clock when the reading arrived. */
  readonly receivedAt: number;
}

/**
 * How far each host's clock is ahead of the median of all of them, in seconds. The controller's own clock cancels out.
 * Of an even number the lower of the two middle ones is taken, so that of two hosts one is always at the median.
 */
export function clockOffsets(readings: readonly ClockReading[]): ReadonlyMap<string, number> {
  const offsets = readings.map(({ host, seconds, receivedAt }) => ({ host, offset: seconds - receivedAt }));
  const sorted = offsets.map(({ offset }) => offset).sort((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return new Map(offsets.map(({ host, offset }) => [host, offset - median]));
}
