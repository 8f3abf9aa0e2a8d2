/** Resource type `file`: a file with just this content, owner, group and mode. */
import { parentOf } from '../core/path.ts';
import { createTwoFilesPatch } from 'diff';
import type { JsonObject } from '../core/json.ts';
import { content } from '../facts/content.ts';
import { path } from '../facts/path.ts';
import type { PresentPath } from '../facts/path.ts';
import { predict } from '../facts/state.ts';
import type { Patch, State } from '../facts/state.ts';
import { quote } from '../shell/quote.ts';
import {
  attributeDrift,
  attributeSchema,
  attributeScript,
  currentAttributes,
  predictPath,
  wantedAttributes,
  wrongKindDrift,
} from './attributes.ts';
import type { Attributes, FullAttributes } from './attributes.ts';
import { textSum } from './edit.ts';
import { blockedDrift, defineResource } from './resource.ts';
import type { Drift } from './resource.ts';
import { changedUnitFile, unitFileQueries } from './unit-file.ts';

export type FileParams = JsonObject & Attributes & { readonly path: string; readonly content: string };

const DEFAULTS: FullAttributes = { owner: 'root', group: 'root', mode: '0644' };

export const file = defineResource<FileParams>({
  type: 'file',
  schema: {
    type: 'object',
    description: 'A file with just this content. Missing folders above it are created',
    required: ['path', 'content'],
    additionalProperties: false,
    properties: {
      path: { $ref: '#/$defs/path' },
      content: { $ref: '#/$defs/text' },
      ...attributeSchema,
    },
  },
  label: (params) => params.path,
  queries: (params) => [
    path({ path: params.path }),
    content({ path: params.path }),
    ...unitFileQueries(params.path),
  ],
  diff: (params, state) => {
    const there = state.read(path({ path: params.path }));
    if (there.kind === 'absent') return [createDrift(params, state)];
    if (there.kind !== 'file') return [wrongKindDrift(params.path, there, 'a file')];
    const before = state.read(content({ path: params.path }));
    if (before === null) return [tooLargeDrift(params.path)];
    if (before === params.content) return attributeDrift(params.path, params, there);
    return [updateDrift(params, state, there, before)];
  },
  script: (params, change) => {
    const { before } = change as { readonly before: { readonly sum?: string } | null };
    if (before !== null && before.sum === undefined) return attributeScript(params.path, change);
    const { owner, group, mode, sum } = change.after as unknown as FullAttributes & { readonly sum: string };
    const target = quote(params.path);
    const prepare = before === null ? `mkdir -p ${quote(parentOf(params.path))}` : `backup_once ${target}`;
    return `require_unchanged ${target} ${before?.sum ?? 'absent'}
${prepare}
printf %s ${quote(params.content)} | write_atomic ${target} ${mode} ${quote(`${owner}:${group}`)} ${sum}`;
  },
});

function createDrift(params: FileParams, state: State): Drift {
  const wanted = wantedAttributes(params, DEFAULTS);
  return {
    action: 'create',
    before: null,
    after: { sum: textSum(params.content), ...wanted },
    reason: 'missing',
    risk: 'none',
    ...textDiff(params.path, null, params.content),
    predicted: predictions(params, state, wanted),
  };
}

function updateDrift(params: FileParams, state: State, there: PresentPath, before: string): Drift {
  const wanted = wantedAttributes(params, currentAttributes(there));
  const { owner, group, mode } = there;
  return {
    action: 'update',
    before: { sum: textSum(before), owner, group, mode },
    after: { sum: textSum(params.content), ...wanted },
    reason: 'content differs',
    risk: 'none',
    ...textDiff(params.path, before, params.content),
    predicted: predictions(params, state, wanted),
  };
}

function tooLargeDrift(at: string): Drift {
  return blockedDrift(
    { kind: 'file' },
    `${at} is larger than 1 MiB; fastboot does not replace it`,
    `look at ${at}, move it to another folder, then run again`,
  );
}

function predictions(params: FileParams, state: State, wanted: FullAttributes): readonly Patch[] {
  return [
    predictPath(params.path, 'file', wanted, params.content.length),
    predict(content({ path: params.path }), params.content),
    ...changedUnitFile(params.path, state),
  ];
}

/** A unified diff; none if the old content is not a text. */
function textDiff(at: string, before: string | null, after: string): { readonly diff?: string } {
  if ((before ?? '').includes('\0')) return {};
  const old = before === null ? '/dev/null' : at;
  const patch = createTwoFilesPatch(old, at, before ?? '', after, undefined, undefined, { context: 3 });
  return { diff: patch.replace(/^(Index: .*\n)?=+\n/, '') };
}

export default file;
