/** Resource type `nfs_export`: a folder that is exported to clients, or is no longer. */
import { EXPORT_TABLE_FILE, OWN_EXPORTS_FILE } from '../formats/nfs-paths.ts';
import type { JsonObject } from '../core/json.ts';
import { content } from '../facts/content.ts';
import { predict } from '../facts/state.ts';
import type { State } from '../facts/state.ts';
import { quote } from '../shell/quote.ts';
import { editDrift, editQueries, editScript } from './edit.ts';
import { withExports } from '../formats/exports/edit.ts';
import { unserved, withServed } from '../formats/exports/table.ts';
import { exportArgument } from '../formats/exports/write.ts';
import { withdrawDrift, withdrawQueries, withdrawScript } from './nfs-withdraw.ts';
import type { Withdrawal } from './nfs-withdraw.ts';
import { defineResource } from './resource.ts';
import type { Drift } from './resource.ts';

export type NfsExportParams = JsonObject & {
  readonly path: string;
  readonly options?: string;
  readonly clients: readonly string[];
  readonly file?: string;
  readonly state?: 'present' | 'absent';
  readonly host?: string;
};

/**
 * One line for each client, in fastboot's own file and in the server's table. The two are compared separately. Lines are
 * added and corrected, and withdrawn only with `state: absent`. `exportfs -r` is never used: the server's table may have
 * exports that are in no file (docs/facts.md#fact-26).
 */
export const nfsExport = defineResource<NfsExportParams>({
  type: 'nfs_export',
  schema: {
    type: 'object',
    description: 'An NFS export, with one line for each client. Lines of other clients stay as they are',
    required: ['path', 'clients'],
    additionalProperties: false,
    properties: {
      path: { $ref: '#/$defs/path' },
      options: {
        type: 'string',
        pattern: '^[A-Za-z0-9_=,:./@-]+$',
        description: 'As one text with commas: rw,root_squash,sync',
      },
      clients: {
        type: 'array',
        items: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9.:_/-]*$|^[0-9a-fA-F:]+(/[0-9]+)?$' },
        description: 'Addresses or names. IPv6 addresses without brackets',
      },
      file: { $ref: '#/$defs/path', default: OWN_EXPORTS_FILE },
      state: {
        enum: ['present', 'absent'],
        default: 'present',
        description: 'absent: withdrawn from these clients after they have closed all files',
      },
      host: {
        type: 'string',
        description: 'For absent: the inventory host of these clients. If it failed, the export stays',
      },
    },
    if: { properties: { state: { const: 'absent' } }, required: ['state'] },
    else: { required: ['options'], properties: { options: {} } },
  },
  label: (params) =>
    params.state === 'absent' ? `${params.path} to ${params.clients.join(', ')}` : params.path,
  queries: (params) =>
    params.state === 'absent'
      ? withdrawQueries(withdrawal(params))
      : [...editQueries(params.file ?? OWN_EXPORTS_FILE), content({ path: EXPORT_TABLE_FILE })],
  diff: (params, state) => {
    if (params.state === 'absent') return withdrawDrift(withdrawal(params), state);
    const { path, clients, options = '', file = OWN_EXPORTS_FILE } = params;
    const inFile = editDrift(file, state, 'export lines are missing or differ', true, (text) =>
      withExports(text, path, clients, options),
    );
    return [...inFile, ...tableDrift(params, state, inFile.length > 0)];
  },
  script: (params, change) => {
    if (params.state === 'absent') return withdrawScript(withdrawal(params), change);
    const { path, options = '', file = OWN_EXPORTS_FILE } = params;
    const { serve } = change.after as { readonly serve?: readonly string[] };
    if (serve === undefined) return editScript(file, change);
    return serve
      .map((client) => `exportfs -i -o ${quote(options)} ${quote(exportArgument(client, path))}`)
      .join('\n');
  },
  crossHost: {
    offers: ({ path, state }) => (state === 'absent' ? undefined : path),
    // a client must have unmounted the export before it is withdrawn: docs/facts.md#fact-18
    releases: ({ state, host }) => (state === 'absent' ? host : undefined),
  },
});

function withdrawal({ path, clients, file = OWN_EXPORTS_FILE }: NfsExportParams): Withdrawal {
  return { path, clients, file };
}

function tableDrift(
  { path, clients, options = '' }: NfsExportParams,
  state: State,
  isNew: boolean,
): readonly Drift[] {
  const etab = state.read(content({ path: EXPORT_TABLE_FILE })) ?? '';
  const serve = unserved(etab, path, clients, options);
  if (serve.length === 0) return [];
  return [
    {
      action: 'update',
      before: { served: clients.length - serve.length },
      after: { serve },
      reason: isNew ? 'the server does not serve them yet' : 'the server does not serve what the file says',
      risk: 'none',
      predicted: [predict(content({ path: EXPORT_TABLE_FILE }), withServed(etab, path, serve, options))],
    },
  ];
}

export default nfsExport;
