import type { Json, JsonObject } from '../../core/json.ts';

/**
 * What makes compute nodes of one kind, from a node's variables: its system and the form of nova-compute's service. Equal
 * for nodes of which one can be tried for the others.
 */
export function nodeKind({ os, nova }: JsonObject): Json {
  return [field(os, 'id'), field(os, 'version'), field(nova, 'unit')];
}

function field(value: Json | undefined, name: string): Json {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  return (value as JsonObject)[name] ?? null;
}
