/** Compares findings as data. Their sentences are made from this data, so sentences are never compared. */
import type { Finding } from '../core/finding.ts';
import { canonicalJson } from '../core/json.ts';
import type { Json, JsonObject } from '../core/json.ts';

/** Equal for findings that say the same, on whatever host. */
export function findingKey({ check, code, severity, fields }: Finding): string {
  return canonicalJson([check, code, severity, fields]);
}

/** Equal for findings that differ in numbers, sizes and base names only: a person reads them once for all hosts. */
export function similarFindingKey({ check, code, severity, fields }: Finding): string {
  return canonicalJson([check, code, severity, withoutDetails(fields)]);
}

/** A base name, or a number such as that of a size. */
const DETAIL = /\b[0-9a-f]{40}\b|\d+(\.\d+)?/g;

/** A text without its numbers and base names. */
export function withoutDetailsInText(text: string): string {
  return text.replace(DETAIL, '0');
}

/** Data without its numbers and base names. A list counts by the different items that are left, so its length is a number too. */
function withoutDetails(value: Json): Json {
  if (typeof value === 'number') return 0;
  if (typeof value === 'string') return withoutDetailsInText(value);
  if (value === null || typeof value === 'boolean') return value;
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map(withoutDetails).map(canonicalJson);
    return [...new Set(items)].sort();
  }
  const fields = Object.entries(value as JsonObject);
  return Object.fromEntries(fields.map(([name, field]) => [name, withoutDetails(field)]));
}
