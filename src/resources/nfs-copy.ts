/** Resource type `nfs_copy`: a file of the host that is copied to an NFS export. */
import { gib } from '../core/sentence-parts.ts';
import { fileStamp } from '../facts/file-stamp.ts';
import { nfsCopyScript } from './nfs-copy-script.ts';
import type { NfsCopyParams } from './nfs-copy-script.ts';
import { blockedDrift, defineResource } from './resource.ts';

const WHOLE = { type: 'integer', minimum: 0 };

export const nfsCopy = defineResource<NfsCopyParams>({
  type: 'nfs_copy',
  schema: {
    type: 'object',
    description:
      'Copies a file to an NFS export under its own name. It can be continued, keeps holes, is checked by SHA-256, and never replaces another file',
    required: ['path', 'source', 'owner', 'size', 'mtime', 'inode', 'sha256'],
    additionalProperties: false,
    properties: {
      path: { $ref: '#/$defs/path' },
      source: { $ref: '#/$defs/word', description: 'SERVER:/PATH' },
      type: { $ref: '#/$defs/mount_type' },
      options: { $ref: '#/$defs/mount_options' },
      owner: { $ref: '#/$defs/ids', description: 'uid:gid that writes and owns the copy' },
      size: { ...WHOLE, description: 'In bytes, when the plan was made' },
      mtime: { type: 'integer', description: 'Seconds since 1970, when the plan was made' },
      inode: { ...WHOLE, description: 'When the plan was made' },
      sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
      limit: { $ref: '#/$defs/rate' },
      reason: { type: 'string', description: 'Why, for the plan' },
    },
  },
  label: ({ path }) => path,
  queries: ({ path }) => [fileStamp({ path })],
  diff: ({ path, source, size, mtime, inode, sha256, reason }, state) => {
    const query = fileStamp({ path });
    const found = state.read(query);
    if (found === null || found.size !== size || found.mtime !== mtime || found.inode !== inode)
      return [
        blockedDrift(found, `${path} changed after it was read`, 'something is changing it; run again'),
      ];
    return [
      {
        action: 'create',
        before: null,
        after: { source, size, sha256 },
        reason: `${reason ?? 'not there yet'}: ${gib(size)} GiB are copied to ${source}`,
        risk: 'none',
        predicted: [],
      },
    ];
  },
  script: (params) => nfsCopyScript(params),
  provesItself: true,
});

export default nfsCopy;
