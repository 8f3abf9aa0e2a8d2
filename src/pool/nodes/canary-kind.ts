/** Tells which compute nodes are of one kind, so that one of them can be tried before the others. */
import type { Json, JsonObject } from '../../core/json.ts';

/** Equal for nodes with the same distribution and the same service of nova-compute. Takes a node's variables. */
export function nodeKind({ os, nova }: JsonObject): Json {
  return [field(os, 'id'), field(os, 'version'), field(nova, 'unit')];
}

function field(value: Json | undefined, name: string): Json {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  return (value as JsonObject)[name] ?? null;
}
