/** Who holds the run lock. */

/** One line of JSON in the file of the lock. It is shown to those who find the lock taken. */
export interface LockHolder {
  /** The id of the run. */
  readonly run: string;
  readonly who: string;
  readonly from: string;
  readonly since: string;
  readonly command: string;
}

/** The line as people read it. A line that fastboot did not write is given as it is. */
export function describeHolder(line: string): string {
  try {
    const { who, from, since, command } = JSON.parse(line) as Record<string, unknown>;
    return `${String(who)}@${String(from)}, since ${String(since)}: ${String(command)}`;
  } catch {
    return line === '' ? 'the holder is not known' : line;
  }
}
