/** Parts of the schemas of parameters that several resource types use. */
import type { JsonObject } from '../core/json.ts';
import { DEFAULT_MOUNT_TYPE } from '../formats/mount-options.ts';

/** They are referred to as `#/$defs/NAME`. */
export const definitions: JsonObject = {
  path: {
    type: 'string',
    pattern: '^/(?!\\.{1,2}(/|$))(?!.*/\\.{0,2}(/|$))[^\\n\\r\\0]*$',
    description: 'An absolute path, without `.` or `..`, without `//`, and without a slash at its end',
  },
  mode: {
    type: 'string',
    pattern: '^[0-7]{3,4}$',
    description: 'The permissions in octal, in quotes: "0644"',
  },
  account: {
    anyOf: [
      { type: 'string', pattern: '^([A-Za-z_][A-Za-z0-9_.-]*\\$?|[0-9]+)$' },
      { type: 'integer', minimum: 0 },
    ],
    description: 'A name or a number',
  },
  unit: {
    type: 'string',
    pattern: '^[A-Za-z0-9_.:@\\\\-]+$',
    description: 'A systemd unit. Without a suffix it is a service',
  },
  line: { type: 'string', pattern: '^[^\\n\\r\\0]*$', description: 'One line of text' },
  text: { type: 'string', pattern: '^[^\\0]*$', description: 'Text, any number of lines' },
  word: { type: 'string', pattern: '^[^\\s\\0]+$', description: 'Text without blanks' },
  mount_type: { type: 'string', pattern: '^[a-z0-9._]+$', default: DEFAULT_MOUNT_TYPE },
  mount_options: {
    description: 'Mount options: a list, or one text with commas',
    anyOf: [
      { type: 'string', pattern: '^[^\\s\\0]*$' },
      { type: 'array', items: { type: 'string', pattern: '^[^\\s,\\0]+$' } },
    ],
  },
  ids: { type: 'string', pattern: '^[0-9]+:[0-9]+$', description: 'UID:GID in numbers' },
  rate: {
    anyOf: [{ type: 'integer', minimum: 1 }, { type: 'null' }],
    description: 'The limit in MiB per second; null for none',
  },
};
