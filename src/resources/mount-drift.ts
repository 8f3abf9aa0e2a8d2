/** The drifts of mounts: fstab and the mount table are compared separately with what is wanted. */
import { FSTAB_FILE } from '../core/host-paths.ts';
import { gib } from '../core/sentence-parts.ts';
import { folder } from '../facts/folder.ts';
import type { FolderState } from '../facts/folder.ts';
import { mounts } from '../facts/mounts.ts';
import { predict } from '../facts/state.ts';
import type { Patch, State } from '../facts/state.ts';
import { withEntry, withoutEntry } from '../formats/fstab.ts';
import type { FstabEntry } from '../formats/fstab.ts';
import { isFromServer, missingLive, sameSource, shownOptions } from '../formats/mount-options.ts';
import { mountAt } from '../formats/mountinfo.ts';
import type { Mount } from '../formats/mountinfo.ts';
import { editDrift } from './edit.ts';
import { mountEntry } from './mount-script.ts';
import type { MayCover } from './mount-script.ts';
import type { MountParams } from './mount-params.ts';
import { blockedDrift } from './resource.ts';
import type { Drift } from './resource.ts';

/** So many names of files are in a message. */
const MAX_NAMES_SHOWN = 3;

/** The drift of the mount's line in fstab; at most one. */
export function fstabDrift(params: MountParams, state: State): readonly Drift[] {
  const names = [params.path, state.read(folder({ path: params.path })).real];
  return params.state === 'absent'
    ? editDrift(FSTAB_FILE, state, 'it is still in fstab', true, (text) => withoutEntry(text, names))
    : editDrift(FSTAB_FILE, state, 'its line in fstab is missing or differs', true, (text) =>
        withEntry(text, mountEntry(params), names),
      );
}

/** The drifts of a file system that should be in fstab and mounted. */
export function mountedDrift(params: MountParams, state: State): readonly Drift[] {
  const { real } = state.read(folder({ path: params.path }));
  const live = mountAt(state.read(mounts({})), real);
  const inFstab = fstabDrift(params, state);
  if (live === undefined)
    return inFstab.some(isBlocked) ? inFstab : [firstMountDrift(params, state, inFstab[0])];
  const wanted = mountEntry(params);
  const other = otherMount(wanted, live, params.aliases ?? []);
  if (other !== undefined) return [other];
  const lacking = missingLive(wanted.type, writable(wanted), live.options);
  const renamed = isFromServer(wanted.type) && !sameSource(wanted.source, live.source);
  if (lacking.length === 0 && !renamed) return inFstab;
  return [...inFstab, deferredDrift(params.path, lacking, live, renamed ? wanted.source : null)];
}

/** A folder of a server is mounted for writing, unless `ro` is given: Nova fails on one that is not (docs/facts.md#fact-3). */
function writable({ type, options }: FstabEntry): readonly string[] {
  return isFromServer(type) && !options.includes('ro') ? ['rw', ...options] : options;
}

/** The mount and its line in fstab are one change, in the order mount, verify, fstab. */
function firstMountDrift(params: MountParams, state: State, inFstab: Drift | undefined): Drift {
  const inside = state.read(folder({ path: params.path }));
  if (inside.kind !== 'directory' && inside.kind !== 'absent') {
    const what = {
      link: 'a symbolic link',
      other: 'not a folder',
      remote: 'on a network mount',
      mounted: 'in use',
    }[inside.kind];
    return blockedDrift(
      { kind: inside.kind },
      `${params.path} is ${what}`,
      "give a folder on the host's own file systems",
    );
  }
  const mayCover = params.may_cover ?? 'empty';
  const surprise = unexpected(params.path, inside, mayCover);
  if (surprise !== undefined) return surprise;
  const { source, type, options } = mountEntry(params);
  const fstab = inFstab === undefined ? null : { before: inFstab.before, after: inFstab.after };
  return {
    action: 'create',
    before: null,
    after: { source, type, options, mount: { at: inside.real, fstab } },
    reason: `${inFstab === undefined ? 'it is in fstab, but not mounted' : 'it is not mounted'}${staying(mayCover)}`,
    risk: 'io',
    ...(inFstab?.diff === undefined ? {} : { diff: inFstab.diff }),
    predicted: [...(inFstab?.predicted ?? []), ...predictMounted(params, state)],
  };
}

/** The drift that keeps the mount from hiding files that it must not hide. */
function unexpected(at: string, inside: FolderState, mayCover: MayCover): Drift | undefined {
  if (mayCover === 'anything' || (typeof mayCover === 'object' && 'listing' in mayCover)) return undefined;
  const expected = new Set(mayCover === 'empty' ? [] : mayCover.map(({ name }) => name));
  const others = inside.entries.filter((name) => !expected.has(name));
  if (others.length === 0 && inside.total === expected.size) return undefined;
  const names = others.slice(0, MAX_NAMES_SHOWN).join(', ');
  return mayCover === 'empty'
    ? blockedDrift(
        { entries: inside.total },
        `${at} has ${inside.total} entries that the mount would hide: ${names}${inside.total > MAX_NAMES_SHOWN ? ', …' : ''}`,
        `move them out of ${at} if nothing uses them, then run again`,
      )
    : blockedDrift(
        { entries: inside.total },
        `the files in ${at} changed after they were read${names === '' ? '' : `: ${names}`}`,
        'something is changing them; run again',
      );
}

/** What the plan says about files in the folder. */
function staying(mayCover: MayCover): string {
  if (typeof mayCover === 'string') return '';
  if ('listing' in mayCover) return '; the files of the folder stay there, under the mount';
  if (mayCover.length === 0) return '';
  const size = mayCover.reduce((sum, file) => sum + file.size, 0);
  return `; ${mayCover.length} files (${gib(size)} GiB) stay in the folder, under the mount`;
}

/** What the mount table and the folder will say after the mount. */
function predictMounted(params: MountParams, state: State): readonly Patch[] {
  const { source, type, options } = mountEntry(params);
  const query = folder({ path: params.path });
  const { real } = state.read(query);
  const all = state.read(mounts({}));
  const id = Math.max(0, ...all.map((each) => each.id)) + 1;
  const made: Mount = { id, parent: 0, root: '/', path: real, type, source, options: shownOptions(options) };
  return [
    predict(mounts({}), [...all, made]),
    predict(query, { kind: 'mounted', real, total: 0, entries: [] }),
  ];
}

/** The drift where something else is mounted there. */
function otherMount(wanted: FstabEntry, live: Mount, aliases: readonly string[]): Drift | undefined {
  const right = isFromServer(wanted.type)
    ? isFromServer(live.type) && [wanted.source, ...aliases].some((source) => sameSource(source, live.source))
    : live.type !== 'autofs';
  if (right) return undefined;
  return blockedDrift(
    { source: live.source, type: live.type },
    `${wanted.path} is a mount of ${live.source} (${live.type}), expected ${wanted.source}`,
    `make sure that nothing uses it, umount ${wanted.path}, then run again`,
  );
}

/**
 * A live mount with other options or another name of the source. A remount cannot change them (docs/facts.md#fact-19).
 *
 * @param lacking the options that the live mount does not have
 * @param source the wanted source, if the live mount is of the same folder by another name
 */
function deferredDrift(at: string, lacking: readonly string[], live: Mount, source: string | null): Drift {
  const parts = [
    ...(source === null ? [] : [`has the source ${live.source}, which is another name of ${source}`]),
    ...(lacking.length === 0 ? [] : [`does not have ${lacking.join(', ')}`]),
  ];
  return {
    action: 'deferred',
    before: { ...(source === null ? {} : { source: live.source }), options: live.options },
    after: { ...(source === null ? {} : { source }), options: lacking },
    reason: `the live mount ${parts.join(' and ')}. This takes effect at the next mount`,
    risk: 'none',
    remedy: `reboot the host; or umount ${at} when nothing uses it, then run again`,
    predicted: [],
  };
}

/** The drift of a file system that should not be mounted; at most one. */
export function unmountDrift(params: MountParams, state: State): readonly Drift[] {
  const query = folder({ path: params.path });
  const { real } = state.read(query);
  const all = state.read(mounts({}));
  const live = mountAt(all, real);
  if (live === undefined) return [];
  const other =
    params.source === undefined ? undefined : otherMount(mountEntry(params), live, params.aliases ?? []);
  if (other !== undefined) return [other];
  const left = all.filter((each) => each !== live);
  const below = mountAt(left, real) === undefined ? 'directory' : 'mounted';
  return [
    {
      action: 'delete',
      before: { source: live.source, type: live.type },
      after: { unmount: real },
      reason: 'it is still mounted',
      risk: 'io',
      predicted: [predict(mounts({}), left), predict(query, { kind: below, real, total: 0, entries: [] })],
    },
  ];
}

function isBlocked({ action }: Drift): boolean {
  return action === 'blocked';
}
