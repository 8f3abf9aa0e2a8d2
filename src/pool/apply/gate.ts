import { encodeOctal } from '../../formats/octal.ts';
import type { Mount } from '../../formats/mountinfo.ts';
import { unitWord } from '../../formats/systemd.ts';

/**
 * The mounts that let a service start, as type and source: the one that is wanted, and one that is live and cannot be
 * made anew yet, because otherwise the service would not come back after a restart.
 */
export function gateMounts(source: string, live: Mount | undefined): string {
  const accepted = [`nfs4 ${encodeOctal(source)}`];
  if (live !== undefined) accepted.push(`${live.type} ${encodeOctal(live.source)}`);
  return [...new Set(accepted)].map(unitWord).join(' ');
}

/** The name of a live mount where that is another than the wanted one. */
export function otherName(source: string, live: Mount | undefined): readonly string[] {
  return live === undefined || live.source === source || /\s/.test(live.source) ? [] : [live.source];
}
