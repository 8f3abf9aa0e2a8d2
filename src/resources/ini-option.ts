import type { JsonObject } from '../core/json.ts';
import { editGap, editQueries, editScript } from './edit.ts';
import { withIniOption } from './ini.ts';
import { defineResource } from './resource.ts';

export type IniOptionParams = JsonObject & {
  readonly path: string;
  readonly section: string;
  readonly option: string;
  readonly value: string;
  readonly create?: boolean;
};

/** One option of an INI file that others share, such as nova.conf. */
export const iniOption = defineResource<IniOptionParams>({
  type: 'ini_option',
  schema: {
    type: 'object',
    description: 'One option of an INI file; every other line, comments too, stays byte for byte',
    required: ['path', 'section', 'option', 'value'],
    additionalProperties: false,
    properties: {
      path: { $ref: '#/$defs/path' },
      section: {
        type: 'string',
        pattern: '^[^\\n\\r\\]\\0]+$',
        description: 'The name between the brackets',
      },
      option: { type: 'string', pattern: '^[^\\s=:#;\\[\\0][^\\n\\r=:\\0]*$' },
      value: { $ref: '#/$defs/line' },
      create: { type: 'boolean', default: false, description: 'Make the file where it is missing' },
    },
  },
  label: (params) => `${params.path} [${params.section}] ${params.option}`,
  queries: (params) => editQueries(params.path),
  diff: (params, state) =>
    editGap(
      params.path,
      state,
      `[${params.section}] ${params.option} differs`,
      params.create ?? false,
      (text) => withIniOption(text, params),
    ),
  script: (params, delta) => editScript(params.path, delta),
});
