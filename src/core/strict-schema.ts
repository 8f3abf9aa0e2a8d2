/** Turns an open JSON schema into a strict one. */
import type { Json, JsonObject } from './json.ts';

/**
 * The same schema, but each object that lists its fields refuses all other fields.
 *
 * The published schemas of plans and events are open, so that a consumer does not break when a field is added. fastboot itself
 * needs the strict form: to read a saved plan (an unknown field may mean something that must not be ignored), and in its
 * tests (nothing undocumented is printed).
 */
export function closeSchema(schema: JsonObject): JsonObject {
  return close(schema, false);
}

/** @param isPart whether the schema describes a part of an object whose other fields are described elsewhere */
function close(schema: JsonObject, isPart: boolean): JsonObject {
  const listsFields = 'properties' in schema && !('additionalProperties' in schema);
  const closed = Object.entries(schema).map(([key, value]): readonly [string, Json] => {
    if (key === 'properties' || key === '$defs') return [key, mapValues(value as JsonObject, closeWhole)];
    if (key === 'items' || (key === 'additionalProperties' && typeof value === 'object'))
      return [key, closeWhole(value)];
    if (key === 'anyOf') return [key, (value as readonly Json[]).map(closeWhole)];
    if (key === 'oneOf') return [key, (value as readonly JsonObject[]).map((each) => close(each, true))];
    return [key, value];
  });
  const others = isPart || !listsFields ? {} : { ['oneOf' in schema ? UNEVALUATED : ADDITIONAL]: false };
  return { ...Object.fromEntries(closed), ...others };
}

// an object with alternatives may have the fields of the alternative that fits
const UNEVALUATED = 'unevaluatedProperties';
const ADDITIONAL = 'additionalProperties';

function closeWhole(schema: Json): Json {
  return typeof schema === 'object' && schema !== null ? close(schema as JsonObject, false) : schema;
}

function mapValues(object: JsonObject, each: (value: Json) => Json): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, each(value)]));
}
