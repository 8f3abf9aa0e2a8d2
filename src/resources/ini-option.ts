/** Resource type `ini_option`: one option of an INI file that others share. */
import { backupOf } from '../core/host-paths.ts';
import type { JsonObject } from '../core/json.ts';
import { content } from '../facts/content.ts';
import { editDrift, editQueries, editScript } from './edit.ts';
import { withIniOption, withOriginalOption } from '../formats/ini.ts';
import { defineResource } from './resource.ts';

export type IniOptionParams = JsonObject & {
  readonly path: string;
  readonly section: string;
  readonly option: string;
  readonly value: string;
  readonly create?: boolean;
  readonly state?: 'present' | 'original';
};

export const iniOption = defineResource<IniOptionParams>({
  type: 'ini_option',
  schema: {
    type: 'object',
    description: 'One option of an INI file. All other lines stay, byte for byte',
    required: ['path', 'section', 'option', 'value'],
    additionalProperties: false,
    properties: {
      path: { $ref: '#/$defs/path' },
      section: {
        type: 'string',
        pattern: '^[^\\n\\r\\]\\0]+$',
        description: 'The name in the brackets',
      },
      option: { type: 'string', pattern: '^[^\\s=:#;\\[\\0][^\\n\\r=:\\0]*$' },
      value: { $ref: '#/$defs/line' },
      create: { type: 'boolean', default: false, description: 'Whether a missing file is created' },
      state: {
        enum: ['present', 'original'],
        default: 'present',
        description:
          'original: if the option has this value, its line becomes the one from before fastboot first changed the file',
      },
    },
  },
  label: (params) => `${params.path} [${params.section}] ${params.option}`,
  queries: (params) => [
    ...editQueries(params.path),
    ...(params.state === 'original' ? [content({ path: backupOf(params.path) })] : []),
  ],
  diff: (params, state) => {
    const { path, section, option } = params;
    if (params.state !== 'original')
      return editDrift(
        path,
        state,
        `[${section}] ${option} is missing or differs`,
        params.create ?? false,
        (text) => withIniOption(text, params),
      );
    const original = state.read(content({ path: backupOf(path) }));
    // fastboot did not change a file that it has no backup of
    return editDrift(path, state, `[${section}] ${option} has the value that fastboot set`, true, (text) =>
      original === null ? text : withOriginalOption(text, original, params),
    );
  },
  script: (params, change) => editScript(params.path, change),
});

export default iniOption;
