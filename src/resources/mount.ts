import { FSTAB_FILE } from '../core/host-paths.ts';
import type { JsonObject } from '../core/json.ts';
import { gib } from '../core/wording.ts';
import { folder } from '../facts/folder.ts';
import type { FolderState } from '../facts/folder.ts';
import { mounts } from '../facts/mounts.ts';
import { mountAt } from '../formats/mountinfo.ts';
import type { Mount } from '../formats/mountinfo.ts';
import { predict } from '../facts/state.ts';
import type { Patch, State } from '../facts/state.ts';
import { editDrift, editQueries, editScript } from './edit.ts';
import { withEntry, withoutEntry } from '../formats/fstab.ts';
import type { FstabEntry } from '../formats/fstab.ts';
import { isFromServer, missingLive, sameSource, shownOptions } from '../formats/mount-options.ts';
import { fstabScript, mountEntry, mountScript } from './mount-script.ts';
import type { MayCover } from './mount-script.ts';
import { unmountScript } from './unmount-script.ts';
import type { RequireAfterUnmount } from './unmount-script.ts';
import { blockedDrift, defineResource } from './resource.ts';
import type { Drift } from './resource.ts';

export type MountParams = JsonObject & {
  readonly path: string;
  readonly source?: string;
  readonly type?: string;
  readonly options?: string | readonly string[];
  readonly state?: 'mounted' | 'present' | 'unmounted' | 'absent';
  readonly may_cover?: MayCover;
  /** Other names of the same folder of the same server: a live mount of one of them is left until it is mounted anew. */
  readonly aliases?: readonly string[];
  readonly require_after_unmount?: RequireAfterUnmount;
};

/**
 * A file system in fstab and in the mount table, each compared by itself with what is wanted. The mount point itself is
 * never looked at while something is mounted there (fact 24).
 */
export const mount = defineResource<MountParams>({
  type: 'mount',
  schema: {
    type: 'object',
    description: 'A mount: its line in /etc/fstab and the live mount, compared apart',
    required: ['path'],
    additionalProperties: false,
    properties: {
      path: { $ref: '#/$defs/path' },
      source: { $ref: '#/$defs/word', description: 'SERVER:/PATH or a device; needed to mount' },
      type: { $ref: '#/$defs/mount_type' },
      options: { $ref: '#/$defs/mount_options' },
      state: {
        enum: ['mounted', 'present', 'unmounted', 'absent'],
        default: 'mounted',
        description: 'mounted: in fstab and live; present: in fstab; unmounted: not live; absent: neither',
      },
      aliases: {
        type: 'array',
        items: { $ref: '#/$defs/word' },
        description:
          'Other names of the source: a live mount by one of them is right until it is mounted anew',
      },
      may_cover: {
        description:
          'What may lie in the folder that the mount hides: nothing, anything, or just these files, of which some are the same in what is mounted',
        default: 'empty',
        anyOf: [
          { enum: ['empty', 'anything'] },
          {
            type: 'object',
            required: ['listing'],
            additionalProperties: false,
            properties: { listing: { $ref: '#/$defs/path', description: 'A listing made by store_copy' } },
          },
          {
            type: 'array',
            items: {
              type: 'object',
              required: ['name', 'size', 'mtime', 'inode', 'same'],
              additionalProperties: false,
              properties: {
                name: { type: 'string', pattern: '^[^/\\0]+$' },
                size: { type: 'integer', minimum: 0 },
                mtime: { type: 'integer' },
                inode: { type: 'integer', minimum: 0 },
                same: { type: 'boolean' },
                paths: { type: 'array', items: { type: 'string', pattern: '^/[^\\0]*$' } },
              },
            },
          },
        ],
      },
      require_after_unmount: {
        type: 'object',
        description:
          'With unmounted or absent: what VMs need. Disks in `instances` may lead to `known` only, and `shown` must be the same beneath; else it is mounted again',
        required: ['instances', 'known', 'shown', 'owner'],
        additionalProperties: false,
        properties: {
          instances: { $ref: '#/$defs/path' },
          known: { type: 'array', items: { type: 'string', pattern: '^[^\\n\\0]+$' } },
          shown: { type: 'array', items: { type: 'string', pattern: '^[^/\\n\\0]+$' } },
          owner: { type: 'string', pattern: '^[0-9]+:[0-9]+$' },
        },
      },
    },
    if: { properties: { state: { enum: ['mounted', 'present'] } } },
    then: { required: ['source'], properties: { source: {} } },
  },
  label: (params) => params.path,
  queries: (params) => [mounts({}), folder({ path: params.path }), ...editQueries(FSTAB_FILE)],
  diff: (params, state) => {
    const { state: wanted = 'mounted' } = params;
    switch (wanted) {
      case 'mounted':
        return mountedDrift(params, state);
      case 'present':
        return fstabDrift(params, state);
      case 'unmounted':
        return unmountDrift(params, state);
      case 'absent':
        return [...unmountDrift(params, state), ...fstabDrift(params, state)];
    }
  },
  script: (params, change) => {
    const { mount: parts, unmount } = change.after as {
      readonly mount?: JsonObject;
      readonly unmount?: string;
    };
    if (parts !== undefined) return mountScript(mountEntry(params), params.may_cover ?? 'empty', parts);
    if (unmount !== undefined)
      return unmountScript(unmount, params.require_after_unmount, mountEntry(params));
    // what is only to stand in fstab needs no mount unit before the next boot
    return params.state === 'present' ? editScript(FSTAB_FILE, change) : fstabScript(change);
  },
  crossHost: {
    // a first mount needs the folder that the server offers
    needs: (params, { action }) => {
      const { type, source } = mountEntry(params);
      return action === 'create' && isFromServer(type) ? /:(\/.*)$/.exec(source)?.[1] : undefined;
    },
  },
});

function fstabDrift(params: MountParams, state: State): readonly Drift[] {
  const names = [params.path, state.read(folder({ path: params.path })).real];
  return params.state === 'absent'
    ? editDrift(FSTAB_FILE, state, 'still in fstab', true, (text) => withoutEntry(text, names))
    : editDrift(FSTAB_FILE, state, 'fstab differs', true, (text) =>
        withEntry(text, mountEntry(params), names),
      );
}

function mountedDrift(params: MountParams, state: State): readonly Drift[] {
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

/** A folder of a server is mounted for writing unless it says otherwise: Nova fails on one that is not (docs/facts.md#fact-3). */
function writable({ type, options }: FstabEntry): readonly string[] {
  return isFromServer(type) && !options.includes('ro') ? ['rw', ...options] : options;
}

/** Mount and fstab line together, in the order mount, verify, fstab. */
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
      "name a folder on the host's own file systems",
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
    reason: `${inFstab === undefined ? 'in fstab, but not mounted' : 'not mounted'}${staying(mayCover)}`,
    risk: 'io',
    ...(inFstab?.diff === undefined ? {} : { diff: inFstab.diff }),
    predicted: [...(inFstab?.predicted ?? []), ...predictMounted(params, state)],
  };
}

/** What lies in the folder and must not be hidden. */
function unexpected(at: string, inside: FolderState, mayCover: MayCover): Drift | undefined {
  if (mayCover === 'anything' || (typeof mayCover === 'object' && 'listing' in mayCover)) return undefined;
  const expected = new Set(mayCover === 'empty' ? [] : mayCover.map(({ name }) => name));
  const others = inside.entries.filter((name) => !expected.has(name));
  if (others.length === 0 && inside.total === expected.size) return undefined;
  const names = others.slice(0, 3).join(', ');
  return mayCover === 'empty'
    ? blockedDrift(
        { entries: inside.total },
        `${at} holds ${inside.total} files which the mount would hide: ${names}${inside.total > 3 ? ', …' : ''}`,
        `move them out of ${at} if nothing uses them, then run again`,
      )
    : blockedDrift(
        { entries: inside.total },
        `${at} does not hold just the files that were looked at${names === '' ? '' : `: ${names}`}`,
        'something is changing them; run again',
      );
}

function staying(mayCover: MayCover): string {
  if (typeof mayCover === 'string') return '';
  if ('listing' in mayCover) return '; what is in the folder stays there, under the mount';
  if (mayCover.length === 0) return '';
  const size = mayCover.reduce((sum, file) => sum + file.size, 0);
  return `; ${mayCover.length} files (${gib(size)} GiB) stay in the folder, under the mount`;
}

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

function otherMount(wanted: FstabEntry, live: Mount, aliases: readonly string[]): Drift | undefined {
  const right = isFromServer(wanted.type)
    ? isFromServer(live.type) && [wanted.source, ...aliases].some((source) => sameSource(source, live.source))
    : live.type !== 'autofs';
  if (right) return undefined;
  return blockedDrift(
    { source: live.source, type: live.type },
    `${wanted.path} is a mount of ${live.source} (${live.type}), not of ${wanted.source}`,
    `make sure that nothing uses it, umount ${wanted.path}, then run again`,
  );
}

/**
 * Options of a folder of a server cannot be changed by a remount (docs/facts.md#fact-19), nor can the source.
 *
 * @param source the wanted one, where the live mount is of the same folder by another name
 */
function deferredDrift(at: string, lacking: readonly string[], live: Mount, source: string | null): Drift {
  const parts = [
    ...(source === null ? [] : [`is of ${live.source}, another name of ${source}`]),
    ...(lacking.length === 0 ? [] : [`lacks ${lacking.join(', ')}`]),
  ];
  return {
    action: 'deferred',
    before: { ...(source === null ? {} : { source: live.source }), options: live.options },
    after: { ...(source === null ? {} : { source }), options: lacking },
    reason: `the live mount ${parts.join(' and ')}, which takes effect only when it is mounted anew`,
    risk: 'none',
    remedy: `reboot, or umount ${at} when nothing uses it and run again`,
    predicted: [],
  };
}

function unmountDrift(params: MountParams, state: State): readonly Drift[] {
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
      reason: 'still mounted',
      risk: 'io',
      predicted: [predict(mounts({}), left), predict(query, { kind: below, real, total: 0, entries: [] })],
    },
  ];
}

function isBlocked({ action }: Drift): boolean {
  return action === 'blocked';
}

export default mount;
