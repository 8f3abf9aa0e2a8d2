/** The reference page of resource types. */
import type { JsonObject } from '../../src/core/json.ts';
import { parametersOf } from '../../src/playbook/schema.ts';
import { definitions } from '../../src/resources/definitions.ts';
import { resourceTypes } from '../../src/resources/index.ts';
import { code, page, present, table, value } from './markdown.ts';
import { description, schemaWords } from './schema-words.ts';

/** Kinds of values may have the name of a resource. */
const anchor = (name: string): string => `kind-${name}`;

/** The page docs/reference/resources.md. */
export function resourcesPage(): string {
  const types = Object.keys(resourceTypes).sort();
  return page(
    'Resources',
    '`src/resources/`',
    'A task of a playbook names one resource. Its parameters say what the host should have. A value may be a placeholder such as `{{ pool.gid }}`; it is checked once it is filled in.',
    table(
      ['resource', 'what it is'],
      types.map((type) => [`[${code(type)}](#${type})`, about(type)]),
    ),
    ...types.flatMap(section),
    '## Kinds of values',
    table(
      ['kind', 'what it is'],
      Object.entries(definitions).map(([name, schema]) => [
        `<a id="${anchor(name)}"></a>${name}`,
        kind(schema as JsonObject),
      ]),
    ),
  );
}

const about = (type: string): string => description(parametersOf(type));

function section(type: string): readonly string[] {
  const schema = parametersOf(type);
  const required = (schema['required'] ?? []) as readonly string[];
  const properties = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, JsonObject>>);
  const rows = properties.map(([name, property]) => [
    required.includes(name) ? `**${code(name)}**` : code(name),
    schemaWords(property, anchor),
    property['default'] === undefined ? '' : value(property['default']),
    description(property),
  ]);
  return present(
    `## ${type}`,
    about(type),
    table(['parameter', 'values', 'default', 'meaning'], rows),
    alternatives(schema),
  );
}

/** Where just one of some parameters must be given. */
function alternatives({ oneOf, anyOf }: JsonObject): string {
  const names = (list: unknown): readonly string[] =>
    Array.isArray(list)
      ? list.map((each: JsonObject) =>
          ((each['required'] ?? []) as readonly string[]).map(code).join(' with '),
        )
      : [];
  if (oneOf !== undefined) return `Exactly one of ${names(oneOf).join(', ')} is required.`;
  return anyOf === undefined ? '' : `At least one of ${names(anyOf).join(', ')} is required.`;
}

function kind(schema: JsonObject): string {
  return description(schema) || schemaWords(schema, anchor);
}
