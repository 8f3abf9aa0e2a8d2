/** Resource type `link`: a symbolic link. */
import { nameOf, parentOf } from '../core/path.ts';
import type { JsonObject } from '../core/json.ts';
import { path } from '../facts/path.ts';
import { predict } from '../facts/state.ts';
import { quote } from '../shell/quote.ts';
import { wrongKindDrift } from './attributes.ts';
import { defineResource } from './resource.ts';

export type LinkParams = JsonObject & { readonly path: string; readonly target: string };

export const link = defineResource<LinkParams>({
  type: 'link',
  schema: {
    type: 'object',
    description: 'A symbolic link. It never replaces a file or a folder',
    required: ['path', 'target'],
    additionalProperties: false,
    properties: {
      path: { $ref: '#/$defs/path' },
      target: {
        type: 'string',
        pattern: '^[^\\n\\r\\0]+$',
        description: 'Where it leads to, as it is written; it need not exist',
      },
    },
  },
  label: (params) => params.path,
  queries: (params) => [path({ path: params.path })],
  diff: (params, state) => {
    const there = state.read(path({ path: params.path }));
    if (there.kind === 'link' && there.target === params.target) return [];
    if (there.kind !== 'link' && there.kind !== 'absent') {
      return [wrongKindDrift(params.path, there, 'a symbolic link')];
    }
    const made = {
      kind: 'link',
      mode: '0777',
      uid: 0,
      gid: 0,
      owner: 'root',
      group: 'root',
      size: 0,
    } as const;
    return [
      {
        action: there.kind === 'absent' ? 'create' : 'update',
        before: there.kind === 'absent' ? null : { target: there.target ?? null },
        after: { target: params.target },
        reason: there.kind === 'absent' ? 'missing' : `leads to ${there.target ?? 'another place'}`,
        risk: 'none',
        predicted: [predict(path({ path: params.path }), { ...made, target: params.target })],
      },
    ];
  },
  script: (params, change) => {
    const { before } = change as { readonly before: { readonly target: string } | null };
    const target = quote(params.path);
    const fresh = quote(`${parentOf(params.path)}/.${nameOf(params.path)}.fastboot-new`);
    const check =
      before === null
        ? `require_unchanged ${target} absent\nmkdir -p ${quote(parentOf(params.path))}`
        : `[ "$(readlink ${target})" = ${quote(before.target)} ] || refuse ${target} changed after the plan was made`;
    return `${check}
rm -f ${fresh}
ln -s ${quote(params.target)} ${fresh}
mv -fT ${fresh} ${target}`;
  },
});

export default link;
