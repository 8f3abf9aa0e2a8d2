/** Resource type `unmanaged_export`: an export that somebody else wrote, and that nobody needs any more. */
import { EXPORT_TABLE_FILE, NFSD_FOLDER, OWN_EXPORTS_FILE } from '../formats/nfs-paths.ts';
import type { JsonObject } from '../core/json.ts';
import { content } from '../facts/content.ts';
import { predict } from '../facts/state.ts';
import type { State } from '../facts/state.ts';
import { quote } from '../shell/quote.ts';
import { editDrift, editQueries, editScript } from './edit.ts';
import { sameClient } from '../formats/exports/client.ts';
import { hasExport, withExportCommentedOut } from '../formats/exports/edit.ts';
import { parseExports } from '../formats/exports/read.ts';
import type { ExportEntry } from '../formats/exports/read.ts';
import { withoutServed } from '../formats/exports/table.ts';
import { exportArgument } from '../formats/exports/write.ts';
import { defineResource } from './resource.ts';
import type { Drift } from './resource.ts';

export type UnmanagedExportParams = JsonObject & {
  readonly file: string;
  readonly path: string;
  readonly client: string;
  readonly options?: string;
  readonly served?: boolean;
  readonly blocked_by: readonly string[];
  readonly remedy: string;
  readonly users: readonly string[];
};

const REMARK = `fastboot exports it to each compute node instead: see ${OWN_EXPORTS_FILE}`;

/**
 * It is withdrawn from the server's table first, then commented out in its file. In this order a run that was cut off
 * between the two is continued by the next one, which still finds the line in the file.
 */
export const unmanagedExport = defineResource<UnmanagedExportParams>({
  type: 'unmanaged_export',
  schema: {
    type: 'object',
    description:
      'An export that somebody else wrote. It is withdrawn and commented out if nobody needs it any more',
    required: ['file', 'path', 'client', 'blocked_by', 'remedy', 'users'],
    additionalProperties: false,
    properties: {
      file: { $ref: '#/$defs/path' },
      path: { $ref: '#/$defs/path' },
      client: { type: 'string', pattern: '^[^\\s\\0()]+$', description: 'As it is written in the file' },
      options: { $ref: '#/$defs/line', description: 'As they are written in the file; they are only shown' },
      served: {
        type: 'boolean',
        default: true,
        description: "Whether the server's table has an entry of its own for this client",
      },
      blocked_by: {
        type: 'array',
        items: { $ref: '#/$defs/line' },
        description: 'Who still needs it, or why it must stay. Unless this is empty, the change is deferred',
      },
      remedy: { $ref: '#/$defs/line', description: 'What to do about that' },
      users: {
        type: 'array',
        items: { type: 'string', pattern: '^[0-9a-fA-F:.]+$' },
        description: 'The only addresses that may be connected when it is withdrawn',
      },
    },
  },
  label: ({ path, client }) => `${path} to ${client}`,
  queries: ({ file }) => [...editQueries(file), content({ path: EXPORT_TABLE_FILE })],
  diff: (params, state) => {
    const { file, path, client, options = '', blocked_by: blockedBy, remedy } = params;
    const written = `${file} exports it to ${client}(${options})`;
    const inFile = editDrift(
      file,
      state,
      `${written}, but each compute node has a line of its own`,
      false,
      (text) => withExportCommentedOut(text, path, client, REMARK),
    );
    // a file that cannot be edited does not block the run: somebody has to edit it
    const obstacle = inFile.find(({ action }) => action === 'blocked');
    if (obstacle !== undefined) return [{ ...obstacle, action: 'deferred', risk: 'none' }];
    if (blockedBy.length === 0) return [...tableDrift(params, state), ...inFile];
    if (!hasExport(state.read(content({ path: file })) ?? '', path, client)) return [];
    return [
      {
        action: 'deferred',
        before: { client, options },
        after: null,
        reason: `${written}, and must stay for now: ${blockedBy.join('; ')}`,
        risk: 'none',
        remedy,
        predicted: [],
      },
    ];
  },
  script: (params, change) => {
    const { withdraw } = (change.after ?? {}) as { readonly withdraw?: string };
    return withdraw === undefined ? editScript(params.file, change) : withdrawScript(params, withdraw);
  },
});

function tableDrift({ path, client, served = true }: UnmanagedExportParams, state: State): readonly Drift[] {
  const etab = state.read(content({ path: EXPORT_TABLE_FILE })) ?? '';
  const isMeant = (each: ExportEntry) => each.path === path && sameClient(client, each.client);
  const found = parseExports(etab).find(isMeant);
  if (!served || found === undefined) return [];
  return [
    {
      action: 'delete',
      before: { client: found.client },
      after: { withdraw: found.client },
      reason: `the server still exports it to ${found.client}`,
      risk: 'none',
      predicted: [predict(content({ path: EXPORT_TABLE_FILE }), withoutServed(etab, isMeant))],
    },
  ];
}

/**
 * Looks once more who is connected: a client without a line of its own would lose its mount, and its VMs their base files
 * (docs/facts.md#fact-18). `exportfs -r` is never used (docs/facts.md#fact-26).
 */
function withdrawScript({ path, users }: UnmanagedExportParams, client: string): string {
  return `own=${quote(` ${users.join(' ')} `)}
for address in $(sed -n 's/^address: "\\[*\\(::ffff:\\)*\\([^]"]*\\)\\]*:[0-9]*"$/\\2/p' ${NFSD_FOLDER}/clients/*/info 2>/dev/null); do
  case $own in *" $address "*) ;; *) refuse "$address is connected now, and has no export line of its own" ;; esac
done
exportfs -u ${quote(exportArgument(client, path))}`;
}

export default unmanagedExport;
