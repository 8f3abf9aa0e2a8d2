/** Checks data against the schema of plans. */
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import schema from '../../schemas/plan.schema.json' with { type: 'json' };
import { closeSchema } from '../core/strict-schema.ts';

let compiled: ValidateFunction | undefined;

/**
 * Why data is not a plan that this version can apply, such as `/stages/0/hosts must be array`; undefined where it is one.
 * Unknown fields are an error here: they may mean something that must not be ignored.
 */
export function planProblem(data: unknown): string | undefined {
  compiled ??= new Ajv2020({ strict: true }).compile(closeSchema(schema));
  if (compiled(data)) return undefined;
  const [first] = compiled.errors ?? [];
  const field = first?.params['additionalProperty'] as unknown;
  const named = typeof field === 'string' ? `: ${field}` : '';
  return `${first?.instancePath ?? ''} ${first?.message ?? ''}${named}`.trim();
}
