import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import schema from '../../schemas/plan.schema.json' with { type: 'json' };

let compiled: ValidateFunction | undefined;

/** What keeps data from being a plan, as `/stages/0/hosts must be array`; undefined where nothing does. */
export function planProblem(data: unknown): string | undefined {
  compiled ??= new Ajv2020({ strict: true }).compile(schema);
  if (compiled(data)) return undefined;
  const [first] = compiled.errors ?? [];
  return `${first?.instancePath ?? ''} ${first?.message ?? ''}`.trim();
}
