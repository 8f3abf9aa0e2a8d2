/** Reads an inventory as Ansible does: its file, and the variables beside it. */
import path from 'node:path';
import type { Diagnostic } from '../core/diagnostic.ts';
import { sortDiagnostics } from '../core/diagnostic.ts';
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { isNull } from '../core/yaml/node.ts';
import type { YamlMap } from '../core/yaml/node.ts';
import { parseYaml } from '../core/yaml/parse.ts';
import { decodeText } from '../core/yaml/read.ts';
import { diagnose } from '../core/yaml/source.ts';
import { buildModel } from './read-groups.ts';
import { recognizeOther } from './unsupported-formats.ts';
import type { Model } from './model.ts';
import { createFileReader, readVarFiles } from './var-files.ts';
import type { VarFiles } from './var-files.ts';
import { createVariables } from './variables.ts';
import type { Variables } from './variables.ts';

/** An inventory as Ansible reads it. What fastboot needs of it is not checked yet. */
export interface LoadedModel {
  readonly file: string;
  readonly digest: string;
  readonly root: YamlMap;
  readonly model: Model;
  readonly varFiles: VarFiles;
  readonly variables: Variables;
  /** Errors and warnings, in file order. Where there is an error, the rest is what could still be read. */
  readonly diagnostics: readonly Diagnostic[];
}

const CONVERSION = 'ansible-inventory -i FILE --list --yaml --output FILE.yaml';

/** Reads an inventory and the variables beside it. Fails if nothing more can be checked. */
export async function readModel(file: string): Promise<Result<LoadedModel, Diagnostic[]>> {
  const reader = createFileReader();
  const bytes = await reader.read(file);
  if (!bytes.ok) return err([bytes.error]);
  const text = decodeText(file, bytes.value);
  if (!text.ok) return err([text.error]);
  const document = parseYaml(text.value, file);
  const { source, root, diagnostics } = document;
  const other = recognizeOther(text.value, root);
  const fail = (message: string, offset: number, hint?: string) =>
    err([diagnose(source, offset, { message, hint })]);
  if (other !== undefined)
    return fail(other.message, other.offset, `convert it: ${CONVERSION.replaceAll('FILE', file)}`);
  if (root === undefined) return err(sortDiagnostics(diagnostics, [file]));
  if (isNull(root)) return fail('the inventory is empty', 0, 'write a commented one with: fastboot init');
  if (root.kind !== 'map') return fail('the inventory must be a mapping of groups', root.start);
  const built = buildModel(root);
  const files = await readVarFiles(reader, path.dirname(file), built.model);
  return ok({
    file,
    digest: reader.digest(),
    root,
    model: built.model,
    varFiles: files.varFiles,
    variables: createVariables(built.model, files.varFiles),
    diagnostics: [...diagnostics, ...built.diagnostics, ...files.diagnostics],
  });
}
