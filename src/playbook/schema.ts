/** The JSON schema of playbooks, made from the schemas of the resource types. */
import type { Json, JsonObject } from '../core/json.ts';
import { definitions } from '../resources/definitions.ts';
import { resourceTypes } from '../resources/index.ts';

/** The keys of a task besides its resource. */
export const TASK_KEYS: readonly string[] = ['name', 'when', 'loop', 'notify'];

/** The keys of a play. */
export const PLAY_KEYS: readonly string[] = ['name', 'hosts', 'vars', 'tasks', 'handlers'];

const text = (description: string): JsonObject => ({ type: 'string', description });

const textOrList = (description: string): JsonObject => ({
  anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
  description,
});

const WHEN: JsonObject = {
  anyOf: [{ type: ['string', 'boolean'] }, { type: 'array', items: { type: ['string', 'boolean'] } }],
  description:
    'name, not name, name == value or name != value, joined by "and"; if it is a list, all conditions must be true',
};

/** The JSON schema of playbooks, for editors. It is committed as schemas/playbook.schema.json. */
export function playbookSchema(): JsonObject {
  const resources = Object.fromEntries(
    Object.keys(resourceTypes).map((type) => [type, templated(parametersOf(type))]),
  );
  const task: JsonObject = {
    type: 'object',
    additionalProperties: false,
    properties: {
      name: text('What the task is for; plans show it'),
      when: WHEN,
      loop: {
        anyOf: [{ type: 'array' }, { type: 'string' }],
        description: 'A list, or the name of one; each element is `item`',
      },
      notify: textOrList('Handlers to run after the play when this task changed something'),
      ...resources,
    },
  };
  const block: JsonObject = {
    type: 'object',
    additionalProperties: false,
    required: ['block'],
    properties: {
      name: text('What the tasks are for together'),
      when: WHEN,
      stop_during: text('A systemd unit that is stopped while these tasks mount or unmount a file system'),
      block: {
        type: 'array',
        items: { $ref: '#/$defs/task' },
        description: 'Tasks whose changes belong together: a host finishes all of them once it has begun',
      },
    },
  };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'fastboot playbook',
    type: 'array',
    items: { anyOf: [{ $ref: '#/$defs/import' }, { $ref: '#/$defs/play' }] },
    $defs: {
      ...definitions,
      import: {
        type: 'object',
        additionalProperties: false,
        required: ['import_playbook'],
        properties: { import_playbook: text('Another playbook, beside this one') },
      },
      play: {
        type: 'object',
        additionalProperties: false,
        required: ['hosts'],
        properties: {
          name: text('What the play is for'),
          hosts: text('A group, a host or all'),
          vars: { type: 'object', description: 'Variables of this play' },
          tasks: { type: 'array', items: { anyOf: [{ $ref: '#/$defs/block' }, { $ref: '#/$defs/task' }] } },
          handlers: { type: 'array', items: { $ref: '#/$defs/task' } },
        },
      },
      block,
      task,
    },
  };
}

/**
 * The schema of a resource's parameters in a playbook: the text of a `file` may come from a file or a template beside the
 * playbook.
 */
export function parametersOf(type: string): JsonObject {
  const schema = resourceTypes[type]?.schema ?? {};
  if (type !== 'file') return schema;
  const required = (schema['required'] as readonly string[]).filter((name) => name !== 'content');
  const properties = {
    ...(schema['properties'] as JsonObject),
    src: text('A file beside the playbook; its text is taken as it is'),
    template: text('A file beside the playbook; every {{ }} in its text is filled in'),
  };
  return { ...schema, required, properties };
}

/** A placeholder may be given instead of every value. */
function templated(schema: JsonObject): JsonObject {
  const properties = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, JsonObject>>);
  return {
    ...schema,
    properties: Object.fromEntries(properties.map(([name, property]) => [name, orPlaceholder(property)])),
  };
}

function orPlaceholder(property: JsonObject): Json {
  if (property['type'] === 'string' && property['enum'] === undefined && property['pattern'] === undefined)
    return property;
  const { description, ...rest } = property;
  return {
    anyOf: [elementsToo(rest), { type: 'string', pattern: '\\{\\{' }],
    ...(description === undefined ? {} : { description }),
  };
}

/** In a list of texts, a placeholder may stand in place of each. */
function elementsToo(schema: JsonObject): JsonObject {
  const { anyOf, items } = schema as { readonly anyOf?: readonly JsonObject[]; readonly items?: JsonObject };
  return {
    ...schema,
    ...(anyOf === undefined ? {} : { anyOf: anyOf.map(elementsToo) }),
    ...(items?.['type'] === 'string' ? { items: orPlaceholder(items) } : {}),
  };
}
