import type { ErrorObject } from 'ajv';
import type { Diagnostic } from '../diagnostic.ts';
import { holdsSecret } from '../secrets/names.ts';
import { suggest } from '../suggest.ts';
import { describeNode, nodeAt } from './node.ts';
import type { YamlNode } from './node.ts';
import { diagnose } from './source.ts';

const maxDiagnostics = 500;

/** What a schema's property may say for people: `errorMessage` is used in place of ajv's words. */
interface SchemaWords {
  readonly errorMessage?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/**
 * Errors of ajv (`allErrors`, `verbose`) as diagnostics with places: one sentence a node, the noise of `anyOf`,
 * `oneOf` and `if` left out.
 *
 * @param whole what messages call the outermost mapping
 */
export function schemaDiagnostics(
  root: YamlNode,
  errors: readonly ErrorObject[],
  whole = 'the file',
): Diagnostic[] {
  const byNode = new Map<string, ErrorObject[]>();
  for (const error of errors) {
    const key =
      error.keyword === 'additionalProperties'
        ? `${error.instancePath} ${unknownKey(error)}`
        : error.instancePath;
    const known = byNode.get(key);
    if (known === undefined) byNode.set(key, [error]);
    else known.push(error);
  }
  return [...byNode.values()].slice(0, maxDiagnostics).map((group) => toDiagnostic(root, group, whole));
}

function shownValue(name: string, node: YamlNode): string {
  if (node.kind !== 'scalar' || node.text === '' || holdsSecret(name)) return describeNode(node);
  const value = node.type === 'int' || node.type === 'bool' ? String(node.value) : node.text;
  const kind = node.type === 'int' ? 'the number ' : '';
  return `${kind}\`${value.slice(0, 60)}\``;
}

function toDiagnostic(root: YamlNode, group: readonly ErrorObject[], whole: string): Diagnostic {
  // what is said by the outermost schema is what the author of the schema wrote about the value as a whole
  const rank = (error: ErrorObject) => (error.keyword === 'anyOf' ? 0 : error.schemaPath.length);
  const sorted = [...group].sort((a, b) => rank(a) - rank(b));
  const told = sorted.find((error) => words(error).errorMessage !== undefined) ?? sorted[0];
  if (told === undefined) throw new Error('an empty group of schema errors');
  const path = pointerSteps(told.instancePath);
  const name = path.filter((step) => !/^\d+$/.test(step)).at(-1) ?? whole;
  if (told.keyword === 'additionalProperties') return unknownKeyDiagnostic(root, told, path, whole);
  const { node, key } = nodeAt(root, path);
  const at = key !== undefined && node.kind !== 'scalar' ? key : node;
  return diagnose(at.source, at.start, {
    message: sentence(told, name, node),
    hint: quotingHint(group, name, node),
  });
}

function unknownKeyDiagnostic(
  root: YamlNode,
  error: ErrorObject,
  path: readonly string[],
  whole: string,
): Diagnostic {
  const key = unknownKey(error);
  const { node } = nodeAt(root, path);
  const place = nodeAt(root, [...path, key]).key ?? node;
  const known = Object.keys(words(error).properties ?? {});
  const near = suggest(key, known);
  return diagnose(place.source, place.start, {
    message: `unknown key \`${key}\` under \`${path.at(-1) ?? whole}\``,
    hint: near === undefined ? `known keys: ${known.join(', ')}` : `did you mean \`${near}\`?`,
  });
}

function sentence(error: ErrorObject, name: string, node: YamlNode): string {
  const own = words(error).errorMessage;
  const shown = shownValue(name, node);
  if (own !== undefined) return `\`${name}\` ${own}, not ${shown}`;
  switch (error.keyword) {
    case 'type':
      return `\`${name}\` must be ${typeWords(error.params['type'])}, not ${describeNode(node)}`;
    case 'enum':
      return `\`${name}\` must be one of ${(error.params['allowedValues'] as unknown[]).join(', ')}, not ${shown}`;
    case 'required':
      return `\`${name}\` lacks the key \`${String(error.params['missingProperty'])}\``;
    default:
      return `\`${name}\` ${error.message ?? 'is not valid'}`;
  }
}

/** Text that YAML took for something else because it has no quotes: `mode: 0644`, `owner: 42:42`. */
function quotingHint(group: readonly ErrorObject[], name: string, node: YamlNode): string | undefined {
  const wantsText = group.some(({ keyword, params }) => keyword === 'type' && params['type'] === 'string');
  if (!wantsText || node.kind !== 'scalar' || !node.plain || node.type === 'null' || holdsSecret(name))
    return undefined;
  return `without quotes YAML reads ${describeNode(node)}; write \`${name}: "${node.text.slice(0, 60)}"\``;
}

const typeNames: Readonly<Record<string, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  null: 'empty',
};

function typeWords(type: unknown): string {
  const types = Array.isArray(type) ? type : [type];
  return types.map((item) => typeNames[String(item)] ?? String(item)).join(' or ');
}

const words = (error: ErrorObject): SchemaWords => (error.parentSchema ?? {}) as SchemaWords;

const unknownKey = (error: ErrorObject): string => String(error.params['additionalProperty']);

/** The keys and indices of a JSON pointer. */
export function pointerSteps(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}
