/** Resource type `block`: some lines of a file that others share, between two marker lines. */
import type { JsonObject } from '../core/json.ts';
import { editDrift, editQueries, editScript } from './edit.ts';
import { linesOf } from '../formats/lines.ts';
import type { EditProblem } from './edit.ts';
import { appendLines, bareLine, lineEnd } from '../formats/lines.ts';
import { defineResource } from './resource.ts';

export type BlockParams = JsonObject & {
  readonly path: string;
  readonly marker: string;
  readonly content?: string;
  readonly comment?: string;
  readonly state?: 'present' | 'absent';
  readonly create?: boolean;
};

export const block = defineResource<BlockParams>({
  type: 'block',
  schema: {
    type: 'object',
    description: 'Lines of a file that others share, between the lines "# BEGIN MARKER" and "# END MARKER"',
    required: ['path', 'marker'],
    additionalProperties: false,
    properties: {
      path: { $ref: '#/$defs/path' },
      marker: { $ref: '#/$defs/line', description: 'The name of the block, unique in the file' },
      content: { $ref: '#/$defs/text' },
      comment: { $ref: '#/$defs/line', default: '#', description: 'What a comment begins with in this file' },
      state: { enum: ['present', 'absent'], default: 'present' },
      create: { type: 'boolean', default: false, description: 'Whether a missing file is created' },
    },
  },
  label: (params) => `${params.path} (${params.marker})`,
  queries: (params) => editQueries(params.path),
  diff: (params, state) =>
    params.state === 'absent'
      ? editDrift(params.path, state, 'the block is there', true, (text) => withBlock(text, params))
      : editDrift(params.path, state, 'the block is missing or differs', params.create ?? false, (text) =>
          withBlock(text, params),
        ),
  script: (params, change) => editScript(params.path, change),
});

/** The text with the block in its place, or at the end where it is new; or without it, for `state: absent`. */
export function withBlock(
  text: string,
  { path, marker, content = '', comment = '#', state }: BlockParams,
): string | EditProblem {
  const begin = `${comment} BEGIN ${marker}`;
  const end = `${comment} END ${marker}`;
  const lines = linesOf(text);
  const places = (wanted: string) =>
    lines.flatMap((line, index) => (bareLine(line) === wanted ? [index] : []));
  const [first, ...moreBegins] = places(begin);
  const [last, ...moreEnds] = places(end);
  const wanted = state === 'absent' ? [] : [begin, ...content.replace(/\n$/, '').split('\n'), end];
  if (first === undefined && last === undefined)
    return wanted.length === 0 ? text : appendLines(text, wanted);
  if (first === undefined || last === undefined || last < first || moreBegins.length + moreEnds.length > 0) {
    return {
      problem: `${path} must contain the lines "${begin}" and "${end}" exactly once`,
      remedy: `correct them in ${path}, then run again`,
    };
  }
  const newline = lineEnd(text);
  const unended = last === lines.length - 1 && !text.endsWith('\n');
  const block = wanted.map((line) => line + newline).join('');
  const kept = unended ? block.slice(0, block.length - newline.length) : block;
  return lines.slice(0, first).join('') + kept + lines.slice(last + 1).join('');
}

export default block;
