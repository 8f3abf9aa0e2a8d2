/** Resource type `line`: one line of a file that others share. */
import type { JsonObject } from '../core/json.ts';
import { editDrift, editQueries, editScript } from './edit.ts';
import { linesOf } from '../formats/lines.ts';
import type { EditProblem } from './edit.ts';
import { appendLines, bareLine, lineEnd } from '../formats/lines.ts';
import { defineResource } from './resource.ts';

export type LineParams = JsonObject & {
  readonly path: string;
  readonly line: string;
  readonly match?: string;
  readonly state?: 'present' | 'absent';
  readonly create?: boolean;
};

export const line = defineResource<LineParams>({
  type: 'line',
  schema: {
    type: 'object',
    description: 'One line of a file that others share. All other lines stay, byte for byte',
    required: ['path', 'line'],
    additionalProperties: false,
    properties: {
      path: { $ref: '#/$defs/path' },
      line: { $ref: '#/$defs/line' },
      match: {
        type: 'string',
        description:
          'A regular expression. The last line that matches is replaced; with absent all of them are removed',
      },
      state: { enum: ['present', 'absent'], default: 'present' },
      create: { type: 'boolean', default: false, description: 'Whether a missing file is created' },
    },
  },
  label: (params) => params.path,
  queries: (params) => editQueries(params.path),
  diff: (params, state) =>
    params.state === 'absent'
      ? editDrift(params.path, state, 'the line is there', true, (text) => withoutLine(text, params))
      : editDrift(params.path, state, 'the line is missing or differs', params.create ?? false, (text) =>
          withLine(text, params),
        ),
  script: (params, change) => editScript(params.path, change),
});

/** The text with the line: as it is, or in the place of the last match, or at the end. */
export function withLine(text: string, { line: wanted, match }: LineParams): string | EditProblem {
  const pattern = toPattern(match);
  if (!(pattern instanceof RegExp)) return pattern;
  const lines = linesOf(text);
  const last = match === undefined ? -1 : lines.findLastIndex((each) => pattern.test(bareLine(each)));
  if (last < 0) return lines.some((each) => bareLine(each) === wanted) ? text : appendLines(text, [wanted]);
  const old = lines[last] ?? '';
  return lines
    .with(last, bareLine(old) === wanted ? old : wanted + (old.endsWith('\n') ? lineEnd(old) : ''))
    .join('');
}

/** The text without the line, or without all lines that match. */
export function withoutLine(text: string, { line: wanted, match }: LineParams): string | EditProblem {
  const pattern = toPattern(match);
  if (!(pattern instanceof RegExp)) return pattern;
  const goes = (each: string) =>
    match === undefined ? bareLine(each) === wanted : pattern.test(bareLine(each));
  return linesOf(text)
    .filter((each) => !goes(each))
    .join('');
}

function toPattern(match = ''): RegExp | EditProblem {
  try {
    return new RegExp(match);
  } catch {
    return {
      problem: `match is not a regular expression: ${match}`,
      remedy: 'correct the expression in the playbook',
    };
  }
}

export default line;
