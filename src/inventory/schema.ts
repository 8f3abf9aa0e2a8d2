/** The JSON schema of inventories: for editors as schemas/inventory.schema.json, and for fastboot's own checks. */
import type { JsonObject } from '../core/json.ts';
import { CONNECTION_VARIABLES } from './connection-variables.ts';
import { keyOf, rowsOf } from './settings-values.ts';
import { SECTIONS } from './settings.ts';
import type { SettingRow } from './settings.ts';

const to = (name: string): JsonObject => ({ $ref: `#/$defs/${name}` });

function group(description: string): JsonObject {
  return {
    description,
    type: ['object', 'null'],
    properties: { hosts: to('hosts'), vars: to('section'), children: to('children') },
  };
}

/** Groups that mean something to fastboot, wherever they are in the file. */
const OWN_GROUPS: JsonObject = {
  nfs_backend: to('backend'),
  compute: to('compute'),
  glance: to('glanceHosts'),
};

/** The schema, made anew at each call. */
export function inventorySchema() {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'inventory.schema.json',
    title: 'fastboot inventory',
    description:
      'An Ansible YAML inventory with the variables that fastboot reads. Other groups and variables are left alone.',
    type: 'object',
    // Ansible skips other values at the top with a warning
    additionalProperties: { if: { type: ['object', 'array', 'null'] }, then: to('group') },
    properties: { all: to('group'), ...OWN_GROUPS },
    $defs: {
      group: group('A group: hosts, variables for them, and groups below it.'),
      backend: group("The group of the one host that holds Glance's files and offers the pool."),
      compute: group('The group of the compute nodes that mount the pool.'),
      glanceHosts: group(
        'The optional group of the hosts that run glance-api with its store in the pool. They may be in other groups too.',
      ),
      hosts: {
        description: 'Host names, or ranges of them, each with its variables.',
        type: ['object', 'string', 'null'],
        additionalProperties: to('vars'),
        examples: [{ 'compute[01:40]': {} }, { compute01: { ansible_host: '192.0.2.11' } }],
      },
      children: {
        description: 'Groups below this one.',
        type: ['object', 'string', 'null'],
        properties: OWN_GROUPS,
        additionalProperties: to('group'),
      },
      section: {
        description:
          'Variables for all hosts of the group. The nearest wins: host, child group, parent group, all.',
        if: { type: ['string', 'null'] },
        else: to('vars'),
      },
      vars: {
        type: ['object', 'null'],
        properties: {
          ...Object.fromEntries(
            CONNECTION_VARIABLES.map(({ name, description, schema }) => [name, { description, ...schema }]),
          ),
          fastboot: to('fastboot'),
        },
      },
      path: {
        type: 'string',
        pattern: '^(?:/(?!\\.{1,2}(?:/|$))[^/\\u0000-\\u001f\\u007f\\u0085\\u2028\\u2029]+)+$',
        maxLength: 1024,
        errorMessage: 'must be an absolute path without `.`, `..`, `//`, a slash at its end or line breaks',
      },
      fastboot: {
        description:
          "fastboot's settings; every key is optional. Settings of several levels are merged key by key; the nearest wins.",
        type: ['object', 'null'],
        additionalProperties: false,
        properties: Object.fromEntries(
          Object.entries(SECTIONS).map(([name, { description }]) => [
            name,
            {
              description,
              type: ['object', 'null'],
              additionalProperties: false,
              properties: Object.fromEntries(rowsOf(name).map((row) => [keyOf(row), settingSchema(row)])),
            },
          ]),
        ),
      },
    },
  } satisfies JsonObject;
}

function settingSchema({ type, description, scope, default: byDefault, examples }: SettingRow): JsonObject {
  return {
    ...type.schema,
    description: scope === 'pool' ? `${description} One value for the whole pool.` : description,
    default: byDefault,
    ...(examples === undefined ? {} : { examples }),
  };
}
