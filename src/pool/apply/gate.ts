/** What the gates of nova-compute and glance-api accept: systemd drop-ins that keep a service from starting without the pool. */
import { encodeOctal } from '../../formats/octal.ts';
import type { Mount } from '../../formats/mountinfo.ts';
import { unitWord } from '../../formats/systemd.ts';
import type { MountSpec } from '../storage/storage.ts';

/**
 * The mounts with which a service may start: type and source, as /proc/self/mountinfo writes them, quoted for a unit file.
 * A live mount of the pool by another name counts too. It cannot be replaced while it is in use, and without it here the
 * service would not come back after a restart.
 */
export function gateMounts({ type, source }: MountSpec, live: Mount | undefined): string {
  const accepted = [`${type} ${encodeOctal(source)}`];
  if (live !== undefined) accepted.push(`${live.type} ${encodeOctal(live.source)}`);
  return [...new Set(accepted)].map(unitWord).join(' ');
}

/** The source of a live mount of the pool, where that is another name than the wanted one. */
export function otherName({ source }: MountSpec, live: Mount | undefined): readonly string[] {
  return live === undefined || live.source === source || /\s/.test(live.source) ? [] : [live.source];
}
