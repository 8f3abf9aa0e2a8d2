/** Turns the errors of a JSON schema into diagnostics for people. */
import type { ErrorObject } from 'ajv';
import type { Diagnostic } from '../diagnostic.ts';
import { holdsSecret } from '../secrets/secret-names.ts';
import { suggest } from '../suggest.ts';
import { describeNode, nodeAt } from './node.ts';
import type { YamlNode } from './node.ts';
import { diagnose } from './source.ts';

const MAX_DIAGNOSTICS = 500;

const MAX_VALUE_SHOWN = 60;

/** The keywords of a schema that are used for messages. `errorMessage` is used in place of ajv's words. */
interface SchemaWords {
  readonly errorMessage?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/**
 * Turns ajv's errors into diagnostics with places: one sentence for each node.
 *
 * @param errors made with `allErrors` and `verbose`
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
  return [...byNode.values()].slice(0, MAX_DIAGNOSTICS).map((group) => toDiagnostic(root, group, whole));
}

function shownValue(name: string, node: YamlNode): string {
  if (node.kind !== 'scalar' || node.text === '' || holdsSecret(name)) return describeNode(node);
  const value = node.type === 'int' || node.type === 'bool' ? String(node.value) : node.text;
  const kind = node.type === 'int' ? 'the number ' : '';
  return `${kind}\`${value.slice(0, MAX_VALUE_SHOWN)}\``;
}

function toDiagnostic(root: YamlNode, group: readonly ErrorObject[], whole: string): Diagnostic {
  // the outermost schema says something about the value as a whole; errors of its parts, such as `anyOf`, are only noise
  const rank = (error: ErrorObject) => (error.keyword === 'anyOf' ? 0 : error.schemaPath.length);
  const sorted = [...group].sort((a, b) => rank(a) - rank(b));
  const main = sorted.find((error) => words(error).errorMessage !== undefined) ?? sorted[0];
  if (main === undefined) throw new Error('an empty group of schema errors');
  const path = pointerSteps(main.instancePath);
  const name = path.filter((step) => !/^\d+$/.test(step)).at(-1) ?? whole;
  if (main.keyword === 'additionalProperties') return unknownKeyDiagnostic(root, main, path, whole);
  const { node, key } = nodeAt(root, path);
  const at = key !== undefined && node.kind !== 'scalar' ? key : node;
  return diagnose(at.source, at.start, {
    message: sentence(main, name, node),
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
      return `\`${name}\` needs the key \`${String(error.params['missingProperty'])}\``;
    default:
      return `\`${name}\` ${error.message ?? 'is not valid'}`;
  }
}

/** A hint for text that YAML reads as something else, because it has no quotes: `mode: 0644`, `owner: 42:42`. */
function quotingHint(group: readonly ErrorObject[], name: string, node: YamlNode): string | undefined {
  const wantsText = group.some(({ keyword, params }) => keyword === 'type' && params['type'] === 'string');
  if (!wantsText || node.kind !== 'scalar' || !node.plain || node.type === 'null' || holdsSecret(name))
    return undefined;
  return `without quotes YAML reads ${describeNode(node)}; write \`${name}: "${node.text.slice(0, MAX_VALUE_SHOWN)}"\``;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
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
  return types.map((item) => TYPE_NAMES[String(item)] ?? String(item)).join(' or ');
}

const words = (error: ErrorObject): SchemaWords => (error.parentSchema ?? {}) as SchemaWords;

const unknownKey = (error: ErrorObject): string => String(error.params['additionalProperty']);

/** The keys and positions of a JSON pointer. */
export function pointerSteps(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}
