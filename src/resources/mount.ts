/** Resource type `mount`: a file system in fstab and in the mount table. */
import { FSTAB_FILE } from '../core/host-paths.ts';
import type { JsonObject } from '../core/json.ts';
import { folder } from '../facts/folder.ts';
import { mounts } from '../facts/mounts.ts';
import { isFromServer } from '../formats/mount-options.ts';
import { editQueries, editScript } from './edit.ts';
import { fstabDrift, mountedDrift, unmountDrift } from './mount-drift.ts';
import { fstabScript, mountEntry, mountScript } from './mount-script.ts';
import type { MountParams } from './mount-params.ts';
import { defineResource } from './resource.ts';
import { unmountScript } from './unmount-script.ts';

/** The mount point itself is never looked at while something is mounted there (docs/facts.md#fact-24). */
export const mount = defineResource<MountParams>({
  type: 'mount',
  schema: {
    type: 'object',
    description: 'A mount: its line in /etc/fstab and the live mount. The two are compared separately',
    required: ['path'],
    additionalProperties: false,
    properties: {
      path: { $ref: '#/$defs/path' },
      source: {
        $ref: '#/$defs/word',
        description: 'SERVER:/PATH or a device. Needed for mounted and present',
      },
      type: { $ref: '#/$defs/mount_type' },
      options: { $ref: '#/$defs/mount_options' },
      state: {
        enum: ['mounted', 'present', 'unmounted', 'absent'],
        default: 'mounted',
        description: 'mounted: in fstab and live. present: in fstab. unmounted: not live. absent: neither',
      },
      aliases: {
        type: 'array',
        items: { $ref: '#/$defs/word' },
        description:
          'Other names of the source. A live mount by one of these names is accepted until the next mount',
      },
      may_cover: {
        description:
          'What the mount may hide. empty: nothing. anything: any files. listing: the files of that listing. A list: only these files. A file with `same` must be the same in what is mounted',
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
          'For unmounted or absent. Disks in `instances` may use only files in `known`. Files in `shown` must be the same under the mount. Otherwise the mount returns',
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
    // systemd need not know before the next boot what is only in fstab
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

export default mount;
