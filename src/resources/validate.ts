/** Checks parameters of resources against the schemas of their types. */
import { Ajv } from 'ajv';
import type { ErrorObject, ValidateFunction } from 'ajv';
import type { JsonObject } from '../core/json.ts';
import { definitions } from './definitions.ts';
import type { AnyResource } from './resource.ts';

const ajv = new Ajv({ allErrors: true, verbose: true, strict: true, allowUnionTypes: true });
const compiled = new Map<string, ValidateFunction>();

/** The errors that ajv finds in the parameters of a resource. */
export function paramErrors(resource: AnyResource, params: JsonObject): readonly ErrorObject[] {
  const known = compiled.get(resource.type);
  const validate = known ?? ajv.compile({ ...resource.schema, $defs: definitions });
  if (known === undefined) compiled.set(resource.type, validate);
  return validate(params) ? [] : (validate.errors ?? []);
}

/** The first error in words; undefined if there is none. */
export function validateParams(resource: AnyResource, params: JsonObject): string | undefined {
  const [error] = paramErrors(resource, params);
  if (error === undefined) return undefined;
  const extra =
    error.keyword === 'additionalProperties' ? ` "${String(error.params['additionalProperty'])}"` : '';
  return `${resource.type}${error.instancePath.replaceAll('/', '.')} ${error.message ?? 'is wrong'}${extra}`;
}
