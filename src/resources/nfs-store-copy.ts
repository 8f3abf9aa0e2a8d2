import type { JsonObject } from '../core/json.ts';
import { folder } from '../facts/folder.ts';
import { mounts } from '../facts/mounts.ts';
import { mountAt } from '../formats/mountinfo.ts';
import { defineResource } from './resource.ts';
import { storeCopyScript } from './nfs-store-copy-script.ts';

export type StoreCopyParams = JsonObject & {
  readonly path: string;
  readonly source: string;
  readonly type?: string;
  readonly options?: string | readonly string[];
  readonly owner: string;
  readonly ledger: string;
  readonly listing?: string;
  readonly limit?: number | null;
};

/**
 * All files of a folder that come to an NFS export under their own names, until the export is mounted over the folder.
 * While others still write into the folder, what is not whole yet is left out; with `listing` nobody may write any more.
 */
export const storeCopy = defineResource<StoreCopyParams>({
  type: 'store_copy',
  schema: {
    type: 'object',
    description:
      'Copies all files of a folder to an NFS export under their own names: resumable, checked by their hashes, never over another file',
    required: ['path', 'source', 'owner', 'ledger'],
    additionalProperties: false,
    properties: {
      path: { $ref: '#/$defs/path' },
      source: { $ref: '#/$defs/word', description: 'SERVER:/PATH' },
      type: { $ref: '#/$defs/mount_type' },
      options: { $ref: '#/$defs/mount_options' },
      owner: { $ref: '#/$defs/ids', description: 'uid:gid that writes them, and owns them then' },
      ledger: {
        $ref: '#/$defs/path',
        description:
          'Where is noted what has been proved to be the same at both ends, so that it is read once only',
      },
      listing: {
        $ref: '#/$defs/path',
        description:
          'The last copy: nobody writes any more; what the folder holds is listed here, for `mount: over`',
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
            ? `its files are copied to ${source} as far as it does not have them, while all goes on`
            : `what came in since is copied to ${source}, and every file proved to be there`,
        risk: listing === undefined ? 'none' : 'io',
        predicted: [],
      },
    ];
  },
  script: (params) => storeCopyScript(params),
  provesItself: true,
});

export default storeCopy;
