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
      owner: { $ref: '#/$defs/ids', description: 'UID:GID of the user that writes the copies and owns them' },
      ledger: {
        $ref: '#/$defs/path',
        description:
          'A file with a line for each copy that was proved to be the same, so that it is not read again',
      },
      listing: {
        $ref: '#/$defs/path',
        description:
          'For the last copy: where the files of the folder are listed, for `may_cover` of the mount',
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
            ? `its files are copied to ${source}, unless they are there already; services keep running`
            : `files that came in meanwhile are copied to ${source}, and every file is proved to be there`,
        risk: listing === undefined ? 'none' : 'io',
        predicted: [],
      },
    ];
  },
  script: (params) => storeCopyScript(params),
  provesItself: true,
});

export default storeCopy;
