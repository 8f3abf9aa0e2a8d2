/** Resource type `store_copy`: all files of an image store are copied to an NFS export. */
import { folder } from '../facts/folder.ts';
import { mounts } from '../facts/mounts.ts';
import { mountAt } from '../formats/mountinfo.ts';
import { defineResource } from './resource.ts';
import { storeCopyScript } from './nfs-store-copy-script.ts';
import type { StoreCopyParams } from './nfs-store-copy-script.ts';

/**
 * Afterwards the export is mounted over the folder. While others still write into the folder, files that are not complete
 * are left out. With `listing` it is the last copy: nobody may write any more.
 */
export const storeCopy = defineResource<StoreCopyParams>({
  type: 'store_copy',
  schema: {
    type: 'object',
    description:
      'Copies all files of a folder to an NFS export under their own names. It can be continued, is checked by SHA-256, and never replaces another file',
    required: ['path', 'source', 'owner', 'ledger'],
    additionalProperties: false,
    properties: {
      path: { $ref: '#/$defs/path' },
      source: { $ref: '#/$defs/word', description: 'SERVER:/PATH' },
      type: { $ref: '#/$defs/mount_type' },
      options: { $ref: '#/$defs/mount_options' },
      owner: { $ref: '#/$defs/ids', description: 'uid:gid that writes and owns the copies' },
      ledger: {
        $ref: '#/$defs/path',
        description:
          'File that records which files are proved the same at both ends. They are not read again',
      },
      listing: {
        $ref: '#/$defs/path',
        description:
          'For the last copy, when nobody writes any more. The file list is written here, for `may_cover` of `mount`',
      },
      limit: { $ref: '#/$defs/rate' },
    },
  },
  label: ({ path }) => path,
  queries: ({ path }) => [mounts({}), folder({ path })],
  diff: ({ path, source, listing }, state) => {
    const { real, total } = state.read(folder({ path }));
    if (total === 0 || mountAt(state.read(mounts({})), real) !== undefined) return [];
    return [
      {
        action: 'run',
        before: null,
        after: { source },
        reason:
          listing === undefined
            ? `copies missing files to ${source} while services run`
            : `copies new files to ${source} and checks that every file is there`,
        risk: listing === undefined ? 'none' : 'io',
        predicted: [],
      },
    ];
  },
  script: (params) => storeCopyScript(params),
  provesItself: true,
});

export default storeCopy;
