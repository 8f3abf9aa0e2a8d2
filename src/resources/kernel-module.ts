/** Resource type `kernel_module`: a kernel module that is loaded now and at each boot. */
import { MODULES_FOLDER } from '../core/host-paths.ts';
import type { JsonObject } from '../core/json.ts';
import { kernelModule as moduleFact } from '../facts/kernel.ts';
import { predict } from '../facts/state.ts';
import type { State } from '../facts/state.ts';
import { quote } from '../shell/quote.ts';
import { file } from './file.ts';
import type { FileParams } from './file.ts';
import { defineResource } from './resource.ts';
import type { Drift } from './resource.ts';

export type KernelModuleParams = JsonObject & { readonly name: string };

export const kernelModule = defineResource<KernelModuleParams>({
  type: 'kernel_module',
  schema: {
    type: 'object',
    description: 'A kernel module: loaded now, and at each boot by a file in /etc/modules-load.d',
    required: ['name'],
    additionalProperties: false,
    properties: { name: { type: 'string', pattern: '^[A-Za-z0-9_][A-Za-z0-9_-]*$' } },
  },
  label: (params) => params.name,
  queries: (params) => [moduleFact({ name: params.name }), ...file.queries(bootFile(params))],
  diff: (params, state) => [...file.diff(bootFile(params), state), ...loadDrift(params, state)],
  script: (params, change) => {
    const { load } = change.after as { readonly load?: true };
    return load === undefined ? file.script(bootFile(params), change) : `modprobe ${quote(params.name)}`;
  },
});

function bootFile({ name }: KernelModuleParams): FileParams {
  return { path: `${MODULES_FOLDER}/${name}.conf`, content: `# Managed by fastboot\n${name}\n` };
}

function loadDrift({ name }: KernelModuleParams, state: State): readonly Drift[] {
  const query = moduleFact({ name });
  if (state.read(query)) return [];
  return [
    {
      action: 'update',
      before: null,
      after: { load: true },
      reason: 'not loaded',
      risk: 'none',
      predicted: [predict(query, true)],
    },
  ];
}

export default kernelModule;
