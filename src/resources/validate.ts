import { Ajv } from 'ajv';
import type { ErrorObject, ValidateFunction } from 'ajv';
import type { JsonObject } from '../core/json.ts';
import { definitions } from './definitions.ts';
import type { AnyResource } from './resource.ts';

const ajv = new Ajv({ allErrors: true, verbose: true, strict: true, allowUnionTypes: true });
const compiled = new Map<string, ValidateFunction>();

/** What ajv says of a resource's parameters; empty where they fit. */
export function paramErrors(resource: AnyResource, params: JsonObject): readonly ErrorObject[] {
  const known = compiled.get(resource.type);
  const validate = known ?? ajv.compile({ ...resource.schema, $defs: definitions });
  if (known === undefined) compiled.set(resource.type, validate);
  return validate(params) ? [] : (validate.errors ?? []);
}

/** What is wrong with a resource's parameters, in words; undefined when nothing is. */
export function validateParams(resource: AnyResource, params: JsonObject): string | undefined {
  const [error] = paramErrors(resource, params);
  if (error === undefined) return undefined;
  const extra =
    error.keyword === 'additionalProperties' ? ` "${String(error.params['additionalProperty'])}"` : '';
  return `${resource.type}${error.instancePath.replaceAll('/', '.')} ${error.message ?? 'is wrong'}${extra}`;
}
