/** Checks variables of an inventory by the JSON schema. */
import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';
import type { Diagnostic } from '../core/diagnostic.ts';
import { nodeAt, toPlain } from '../core/yaml/node.ts';
import type { YamlMap, YamlNode } from '../core/yaml/node.ts';
import { pointerSteps, schemaDiagnostics } from '../core/yaml/schema-diagnostics.ts';
import { inventorySchema } from './schema.ts';

let compiled: ValidateFunction | undefined;

/** Compiled when it is first needed. */
function validator(): ValidateFunction {
  if (compiled !== undefined) return compiled;
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    strict: true,
    allowUnionTypes: true,
    strictTypes: false,
  });
  // a sentence for people instead of ajv's words; editors know this keyword too
  ajv.addVocabulary(['errorMessage']);
  const schema = inventorySchema();
  ajv.addSchema(schema);
  const validate = ajv.getSchema(`${schema.$id}#/$defs/vars`);
  if (validate === undefined) throw new Error('the inventory schema has no definition of variables');
  compiled = validate as ValidateFunction;
  return compiled;
}

/** What is wrong with a mapping of variables. Values that Ansible would compute are left out. */
export function checkSchema(vars: YamlMap): Diagnostic[] {
  const validate = validator();
  if (validate(toPlain(vars))) return [];
  const errors = (validate.errors ?? []).filter(
    ({ instancePath }) => !isOpaque(nodeAt(vars, pointerSteps(instancePath)).node),
  );
  return schemaDiagnostics(vars, errors);
}

/** Whether only Ansible can compute a value: a template, or an encrypted value. */
export function isOpaque(node: YamlNode): boolean {
  if (node.kind !== 'scalar') return false;
  return node.type === 'vault' || (node.type === 'string' && /\{\{|\{%/.test(node.value));
}
