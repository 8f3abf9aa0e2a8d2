/** The reference page of events. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '../../src/core/json.ts';
import { code, page, table } from './markdown.ts';
import { description, schemaWords } from './schema-words.ts';

const FILE = fileURLToPath(new URL('../../schemas/event.schema.json', import.meta.url));

/** The page docs/reference/events.md. */
export function eventsPage(): string {
  const schema = JSON.parse(readFileSync(FILE, 'utf8')) as JsonObject;
  const types = schema['oneOf'] as readonly JsonObject[];
  const definitions = schema['$defs'] as Readonly<Record<string, JsonObject>>;
  return page(
    'Events',
    '`schemas/event.schema.json`',
    description(schema),
    'Every event has these fields:',
    fieldTable(schema, []),
    '## Types',
    ...types.flatMap((type) => [`### ${nameOf(type)}`, description(type), fieldTable(type, ['type'])]),
    '## Kinds of values',
    ...Object.entries(definitions).flatMap(([name, definition]) => [
      `### ${name}`,
      ...definitionParts(definition),
    ]),
  );
}

function nameOf({ properties }: JsonObject): string {
  const { type, kind } = properties as Readonly<Record<string, JsonObject>>;
  const { const: only, enum: several } = type ?? kind ?? {};
  return [only, several]
    .flat()
    .filter((name) => typeof name === 'string')
    .join(', ');
}

function definitionParts(definition: JsonObject): readonly string[] {
  const about = description(definition);
  const cases = (definition['oneOf'] ?? []) as readonly JsonObject[];
  return [
    about,
    fieldTable(definition, cases.length > 0 ? ['kind'] : []),
    ...cases.flatMap((each) => [`**${nameOf(each)}**: ${description(each)}`, fieldTable(each, ['kind'])]),
  ].filter((part) => part !== '' && part !== `****: `);
}

function fieldTable(schema: JsonObject, without: readonly string[]): string {
  const required = (schema['required'] ?? []) as readonly string[];
  const properties = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, JsonObject>>);
  return table(
    ['field', 'values', 'meaning'],
    properties
      .filter(([name]) => !without.includes(name))
      .map(([name, property]) => [
        required.includes(name) ? code(name) : `${code(name)} (not always)`,
        schemaWords(property, (name) => name),
        description(property),
      ]),
  );
}
