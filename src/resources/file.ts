import type { JsonObject } from '../core/json.ts';
import { content } from '../facts/content.ts';
import { path } from '../facts/path.ts';
import type { PathState } from '../facts/path.ts';
import { predict } from '../facts/state.ts';
import type { State } from '../facts/state.ts';
import { unit, unitOfFile } from '../facts/unit.ts';
import { quote } from '../shell/quote.ts';
import { textDiff, textSum } from './edit.ts';
import { attributeGap, attributeSchema, attributeScript, ownerWord, wantedAttributes } from './attributes.ts';
import type { Attributes } from './attributes.ts';
import { defineResource } from './resource.ts';
import type { Gap } from './resource.ts';

export type FileParams = JsonObject & Attributes & { readonly path: string; readonly content: string };

const DEFAULTS = { owner: 'root', group: 'root', mode: '0644' };

/** A file that fastboot owns whole: content, owner, group and mode. */
export const file = defineResource<FileParams>({
  type: 'file',
  schema: {
    type: 'object',
    required: ['path', 'content'],
    additionalProperties: false,
    properties: {
      path: { $ref: '#/$defs/path' },
      content: { type: 'string', description: 'The whole text; in a playbook also `src` or `template`' },
      ...attributeSchema,
    },
  },
  label: (params) => params.path,
  queries: (params) => {
    const unitName = unitOfFile(params.path);
    return [
      path({ path: params.path }),
      content({ path: params.path }),
      ...(unitName === undefined ? [] : [unit({ name: unitName })]),
    ];
  },
  diff: (params, state) => {
    const there = state.read(path({ path: params.path }));
    if (there.kind === 'absent') return [createGap(params, state)];
    if (there.kind !== 'file') return [blockedGap(params, there)];
    const before = state.read(content({ path: params.path }));
    if (before === params.content) return attributeGap(params.path, params, there);
    return [updateGap(params, state, there, before)];
  },
  script: (params, delta) => {
    const target = quote(params.path);
    const { content: text } = params;
    const before = delta.before as { sum?: string | null } | null;
    if (before !== null && before.sum === undefined) return attributeScript(params.path, delta);
    const { owner, group, mode } = delta.after as { owner: string; group: string; mode: string };
    return `same ${target} ${before?.sum ?? 'absent'}
keep ${target}
mkdir -p ${quote(params.path.slice(0, params.path.lastIndexOf('/')) || '/')}
printf %s ${quote(text)} | put ${target} ${mode} ${quote(`${owner}:${group}`)}`;
  },
});

function createGap(params: FileParams, state: State): Gap {
  const wanted = wantedAttributes(params, DEFAULTS);
  return {
    action: 'create',
    before: null,
    after: { sum: textSum(params.content), ...wanted },
    reason: 'missing',
    risk: 'none',
    diff: textDiff(params.path, null, params.content, 3),
    predicted: predictions(params, state, wanted),
  };
}

function updateGap(params: FileParams, state: State, there: PathState & { kind: 'file' }, before: string | null): Gap {
  const wanted = wantedAttributes(params, { owner: ownerWord(there, 'owner'), group: ownerWord(there, 'group'), mode: there.mode });
  return {
    action: 'update',
    before: { sum: before === null ? null : textSum(before), owner: there.owner, group: there.group, mode: there.mode },
    after: { sum: textSum(params.content), ...wanted },
    reason: 'content differs',
    risk: 'none',
    ...(before === null ? {} : { diff: textDiff(params.path, before, params.content, 3) }),
    predicted: predictions(params, state, wanted),
  };
}

function blockedGap(params: FileParams, there: PathState): Gap {
  const what = there.kind === 'link' ? `a symbolic link to ${'target' in there ? (there.target ?? '?') : '?'}` : `a ${there.kind}`;
  return {
    action: 'blocked',
    before: { kind: there.kind },
    after: null,
    reason: `${params.path} is ${what}; a file is wanted there`,
    risk: 'blocked',
    remedy: `move ${params.path} out of the way, then run again`,
    predicted: [],
  };
}

function predictions(params: FileParams, state: State, wanted: Required<Attributes>) {
  const unitName = unitOfFile(params.path);
  const unitQuery = unitName === undefined ? undefined : unit({ name: unitName });
  return [
    predict(path({ path: params.path }), {
      kind: 'file' as const,
      ...wanted,
      uid: Number.isNaN(Number(wanted.owner)) ? -1 : Number(wanted.owner),
      gid: Number.isNaN(Number(wanted.group)) ? -1 : Number(wanted.group),
      size: params.content.length,
    }),
    predict(content({ path: params.path }), params.content),
    ...(unitQuery === undefined ? [] : [predict(unitQuery, { ...state.read(unitQuery), needDaemonReload: true })]),
  ];
}
