/** The configuration of link-sync on the backend: what it records, and the text of a new one. */
import { LINK_SYNC_LOG_FILE, LINK_SYNC_STATE_FILE } from '../../core/host-paths.ts';
import type { Settings } from '../../inventory/settings.ts';

/** What the present configuration has decided already, so that a later run keeps to it. */
export interface PinnedConfig {
  readonly owner: string | null;
  /** Of `cacheOwner`; null where it is root's. */
  readonly gid: number | null;
  /** Base names on hold. */
  readonly hold: readonly string[];
  /** Base names whose files came from compute nodes. */
  readonly adopted: readonly string[];
}

/** What a backend without a configuration has decided. */
export const NOTHING_PINNED: PinnedConfig = { owner: null, gid: null, hold: [], adopted: [] };

/** Reads the present configuration; null where it is damaged. */
export function parsePinned(text: string | null): PinnedConfig | null {
  if (text === null) return NOTHING_PINNED;
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof data !== 'object' || data === null) return null;
  const { owner, cacheOwner, hold, adopted } = data as Record<string, unknown>;
  const gid = typeof cacheOwner === 'string' ? Number(/^\d+:(\d+)$/.exec(cacheOwner)?.[1] ?? 0) : 0;
  return {
    owner: typeof owner === 'string' ? owner : null,
    gid: gid > 0 ? gid : null,
    hold: names(hold),
    adopted: names(adopted),
  };
}

function names(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}

/** What goes into a new configuration, beside the settings. */
export interface LinkSyncDecisions {
  readonly owner: string;
  readonly gid: number;
  readonly openrc: string | null;
  readonly hold: readonly string[];
  readonly adopted: readonly string[];
}

/** The text of a new configuration. */
export function linkSyncConfig(
  settings: Settings,
  { owner, gid, openrc, hold, adopted }: LinkSyncDecisions,
): string {
  const config = {
    images: settings.pool.images,
    cache: settings.pool.cache,
    owner,
    mode: settings.pool.mode,
    cacheOwner: `0:${gid}`,
    cacheMode: '1775',
    interval: settings.linkSync.interval,
    settle: settings.linkSync.settle,
    openrc,
    glanceAway: 'wait',
    hold,
    // left out where it is empty, so that the file of a pool without adopted names does not change
    ...(adopted.length === 0 ? {} : { adopted }),
    state: LINK_SYNC_STATE_FILE,
    log: LINK_SYNC_LOG_FILE,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

/** The deepest folder that two paths have in common. */
export function commonParent(a: string, b: string): string {
  const others = b.split('/');
  const words = a.split('/');
  const differs = words.findIndex((word, index) => word !== others[index]);
  return words.slice(0, differs < 0 ? words.length - 1 : differs).join('/') || '/';
}
