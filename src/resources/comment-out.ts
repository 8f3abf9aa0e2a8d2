/** Resource type `comment_out`: lines of a file that others share become comments. */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../core/json.ts';
import { content } from '../facts/content.ts';
import { encodeBytes } from '../core/bytes.ts';
import { editDrift, editQueries, editScript } from './edit.ts';
import { linesOf } from '../formats/lines.ts';
import type { LineEdit } from './edit.ts';
import { bareLine, lineEnd } from '../formats/lines.ts';
import { defineResource } from './resource.ts';

export type CommentOutParams = JsonObject & {
  readonly path: string;
  readonly lines: readonly string[];
  readonly remark: string;
  readonly reason: string;
};

/**
 * Each of these lines becomes a comment below a remark. A line is named by its SHA-256, and is never sent or shown: it may
 * hold secrets of others, as lines of crontabs do.
 */
export const commentOut = defineResource<CommentOutParams>({
  type: 'comment_out',
  schema: {
    type: 'object',
    description: 'Lines of a file that others share become comments. All other lines stay, byte for byte',
    required: ['path', 'lines', 'remark', 'reason'],
    additionalProperties: false,
    properties: {
      path: { $ref: '#/$defs/path' },
      lines: {
        type: 'array',
        items: { type: 'string', pattern: '^[0-9a-f]{64}$' },
        description: 'SHA-256 of each of these lines, without its newline',
      },
      remark: { $ref: '#/$defs/line', description: 'Comment line above each of them' },
      reason: { $ref: '#/$defs/line', description: 'Why, for the plan' },
    },
  },
  label: (params) => params.path,
  queries: (params) => editQueries(params.path),
  diff: (params, state) =>
    editDrift(params.path, state, params.reason, false, (text) => commented(text, params)).map((drift) => {
      if (drift.action === 'blocked') return { ...drift, action: 'deferred', risk: 'none' };
      const { sum } = drift.after as { readonly sum: string };
      const edits = commentEdits(state.read(content({ path: params.path })) ?? '', params);
      const { action, before, reason, risk, predicted } = drift;
      return { action, before, after: { sum, edits }, reason, risk, predicted };
    }),
  script: (params, change) => editScript(params.path, change),
});

/** What is inserted before each of the lines. The lines themselves are not part of the edits. */
function commentEdits(text: string, { lines, remark }: CommentOutParams): readonly LineEdit[] {
  const end = lineEnd(text);
  return linesOf(text).flatMap((line, index) =>
    lines.includes(sumOf(line)) ? [{ at: index + 1, remove: 0, insert: [`# ${remark}${end}`, '# '] }] : [],
  );
}

function commented(text: string, params: CommentOutParams): string {
  const edits = new Map(commentEdits(text, params).map(({ at, insert }) => [at, insert.join('')]));
  return linesOf(text)
    .map((line, index) => (edits.get(index + 1) ?? '') + line)
    .join('');
}

function sumOf(line: string): string {
  return createHash('sha256')
    .update(encodeBytes(bareLine(line)))
    .digest('hex');
}

export default commentOut;
