import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';
import schema from '../../schemas/inventory.schema.json' with { type: 'json' };
import type { Diagnostic } from '../core/diagnostic.ts';
import { nodeAt, toPlain } from '../core/yaml/node.ts';
import type { YamlMap, YamlNode } from '../core/yaml/node.ts';
import { schemaDiagnostics } from '../core/yaml/schema-diagnostics.ts';

interface Validators {
  readonly inventory: ValidateFunction;
  readonly vars: ValidateFunction;
}

let compiled: Validators | undefined;

function validators(): Validators {
  if (compiled !== undefined) return compiled;
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    strict: true,
    allowUnionTypes: true,
    strictTypes: false,
  });
  // a sentence for people in place of ajv's words; editors know it too
  ajv.addVocabulary(['errorMessage']);
  ajv.addSchema(schema);
  const find = (key: string): ValidateFunction => {
    const validate = ajv.getSchema(key);
    if (validate === undefined) throw new Error(`no schema ${key}`);
    return validate as ValidateFunction;
  };
  compiled = { inventory: find(schema.$id), vars: find(`${schema.$id}#/$defs/vars`) };
  return compiled;
}

/** What the schema finds in a whole inventory, or in a file of variables. Text that Ansible would compute is left out. */
export function checkSchema(kind: keyof Validators, root: YamlMap): Diagnostic[] {
  const validate = validators()[kind];
  if (validate(toPlain(root))) return [];
  const errors = (validate.errors ?? []).filter(({ instancePath, keyword }) => {
    if (keyword === 'if') return false;
    const path = instancePath.split('/').slice(1);
    return !isOpaque(
      nodeAt(
        root,
        path.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~')),
      ).node,
    );
  });
  return schemaDiagnostics(root, errors);
}

/** Whether only Ansible can tell the value: a template, or encrypted. */
export function isOpaque(node: YamlNode): boolean {
  if (node.kind !== 'scalar') return false;
  return node.type === 'vault' || (node.type === 'string' && /\{\{|\{%/.test(node.value));
}
