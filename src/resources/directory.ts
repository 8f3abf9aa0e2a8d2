/** Resource type `directory`: a folder with owner, group and mode. */
import type { JsonObject } from '../core/json.ts';
import { path } from '../facts/path.ts';
import { quote } from '../shell/quote.ts';
import {
  attributeDrift,
  attributeSchema,
  attributeScript,
  predictPath,
  wantedAttributes,
  wrongKindDrift,
} from './attributes.ts';
import type { Attributes, FullAttributes } from './attributes.ts';
import { defineResource } from './resource.ts';

export type DirectoryParams = JsonObject & Attributes & { readonly path: string };

const DEFAULTS: FullAttributes = { owner: 'root', group: 'root', mode: '0755' };

export const directory = defineResource<DirectoryParams>({
  type: 'directory',
  schema: {
    type: 'object',
    description: 'A folder. Missing folders above it are created',
    required: ['path'],
    additionalProperties: false,
    properties: { path: { $ref: '#/$defs/path' }, ...attributeSchema },
  },
  label: (params) => params.path,
  queries: (params) => [path({ path: params.path })],
  diff: (params, state) => {
    const there = state.read(path({ path: params.path }));
    if (there.kind === 'directory') return attributeDrift(params.path, params, there);
    if (there.kind !== 'absent') return [wrongKindDrift(params.path, there, 'a folder')];
    const wanted = wantedAttributes(params, DEFAULTS);
    return [
      {
        action: 'create',
        before: null,
        after: { ...wanted },
        reason: 'missing',
        risk: 'none',
        predicted: [predictPath(params.path, 'directory', wanted, 0)],
      },
    ];
  },
  script: (params, change) => {
    if (change.before !== null) return attributeScript(params.path, change);
    const { owner, group, mode } = change.after as unknown as FullAttributes;
    const target = quote(params.path);
    return `require_unchanged ${target} absent
mkdir -p ${target}
chown -h ${quote(`${owner}:${group}`)} ${target}
chmod ${mode} ${target}`;
  },
});

export default directory;
