/** Resource type `absent`: nothing is at a path. */
import { parentOf } from '../core/path.ts';
import type { JsonObject } from '../core/json.ts';
import { content } from '../facts/content.ts';
import { folder } from '../facts/folder.ts';
import { path } from '../facts/path.ts';
import { predict } from '../facts/state.ts';
import { quote } from '../shell/quote.ts';
import { wrongKindDrift } from './attributes.ts';
import { textSum } from './edit.ts';
import { blockedDrift, defineResource } from './resource.ts';
import type { Drift } from './resource.ts';
import { changedUnitFile, unitFileQueries } from './unit-file.ts';

export type AbsentParams = JsonObject & { readonly path: string; readonly prune?: boolean };

/** The first line of files that are fastboot's own: no backup is made of them. */
const OWN_FILE_FIRST_LINE = '# Managed by fastboot';

/** A file, a link or an empty folder is removed; a backup of the file is kept. A folder with entries is never removed. */
export const absent = defineResource<AbsentParams>({
  type: 'absent',
  schema: {
    type: 'object',
    description: 'Nothing is at this path. A folder that is not empty is never removed',
    required: ['path'],
    additionalProperties: false,
    properties: {
      path: { $ref: '#/$defs/path' },
      prune: {
        type: 'boolean',
        default: false,
        description: 'Also remove its folder, if it is empty',
      },
    },
  },
  label: (params) => params.path,
  queries: (params) => [
    path({ path: params.path }),
    content({ path: params.path }),
    folder({ path: params.path }),
    ...unitFileQueries(params.path),
  ],
  diff: (params, state) => {
    const there = state.read(path({ path: params.path }));
    if (there.kind === 'absent') return [];
    if (there.kind === 'remote' || there.kind === 'other')
      return [wrongKindDrift(params.path, there, 'nothing')];
    const inside = state.read(folder({ path: params.path }));
    if (inside.kind === 'mounted' || inside.total > 0) return [inUseDrift(params.path, inside.total)];
    const text = there.kind === 'file' ? state.read(content({ path: params.path })) : null;
    return [
      {
        action: 'delete',
        before: { kind: there.kind, ...(text === null ? {} : { sum: textSum(text) }) },
        after: null,
        reason: `a ${there.kind} is there`,
        risk: 'none',
        predicted: [
          predict(path({ path: params.path }), { kind: 'absent' }),
          predict(content({ path: params.path }), null),
          predict(folder({ path: params.path }), { ...inside, kind: 'absent' }),
          ...changedUnitFile(params.path, state),
        ],
      },
    ];
  },
  script: (params, change) => {
    const { kind, sum } = change.before as { readonly kind: string; readonly sum?: string };
    const target = quote(params.path);
    const prune = params.prune === true ? `\nrmdir ${quote(parentOf(params.path))} 2>/dev/null || :` : '';
    if (kind === 'directory') return `rmdir ${target} || refuse ${target} is no longer empty${prune}`;
    if (kind === 'link')
      return `[ -L ${target} ] || refuse ${target} is no longer a link\nrm -f ${target}${prune}`;
    if (sum === undefined)
      return `[ -f ${target} ] || refuse ${target} is no longer a file\nrm -f ${target}${prune}`;
    return `require_unchanged ${target} ${sum}
case $(head -n 1 ${target}) in ${quote(OWN_FILE_FIRST_LINE)}*) ;; *) backup_once ${target} ;; esac
rm -f ${target}${prune}`;
  },
});

function inUseDrift(at: string, total: number): Drift {
  const reason = total > 0 ? `${at} is a folder with ${total} entries` : `something is mounted at ${at}`;
  return blockedDrift(
    { kind: 'directory', total },
    reason,
    `remove ${at} yourself if nothing in it is needed`,
  );
}

export default absent;
