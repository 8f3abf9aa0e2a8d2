/** Resource type `sysctl`: a kernel parameter. */
import { SYSCTL_FILE } from '../core/host-paths.ts';
import type { JsonObject } from '../core/json.ts';
import { sysctl as sysctlFact, sysctlFile } from '../facts/kernel.ts';
import { predict } from '../facts/state.ts';
import type { State } from '../facts/state.ts';
import { quote } from '../shell/quote.ts';
import { editDrift, editQueries, editScript } from './edit.ts';
import { withLine } from './line.ts';
import { blockedDrift, defineResource } from './resource.ts';
import type { Drift } from './resource.ts';

export type SysctlParams = JsonObject & {
  readonly name: string;
  readonly value: string | number;
  readonly file?: string;
};

/** Its live value, and its line in a file for the next boot. The two are compared separately. */
export const sysctl = defineResource<SysctlParams>({
  type: 'sysctl',
  schema: {
    type: 'object',
    description: 'A kernel parameter: its live value, and its line in a file in /etc/sysctl.d',
    required: ['name', 'value'],
    additionalProperties: false,
    properties: {
      name: { type: 'string', pattern: '^[A-Za-z0-9_][A-Za-z0-9_./:@-]*$' },
      value: { anyOf: [{ $ref: '#/$defs/line' }, { type: 'integer' }] },
      file: { $ref: '#/$defs/path', default: SYSCTL_FILE },
    },
  },
  label: (params) => params.name,
  queries: (params) => [sysctlFact({ name: params.name }), ...editQueries(params.file ?? SYSCTL_FILE)],
  diff: (params, state) => {
    const own = {
      path: params.file ?? SYSCTL_FILE,
      line: `${params.name} = ${params.value}`,
      match: linePattern(params.name),
    };
    return [
      ...editDrift(own.path, state, `${params.name} is missing or differs in the file`, true, (text) =>
        withLine(text, own),
      ),
      ...liveDrift(params, state),
    ];
  },
  script: (params, change) => {
    const { live } = change.after as { readonly live?: string };
    if (live === undefined) return editScript(params.file ?? SYSCTL_FILE, change);
    return `printf '%s\\n' ${quote(live)} >${quote(sysctlFile(params.name))}`;
  },
});

function liveDrift({ name, value }: SysctlParams, state: State): readonly Drift[] {
  const query = sysctlFact({ name });
  const now = state.read(query);
  const wanted = String(value).trim().replace(/\s+/g, ' ');
  if (now === wanted) return [];
  if (now === null) {
    return [
      blockedDrift(
        null,
        `this kernel has no parameter ${name}`,
        `load the kernel module that has ${name}, or correct the name`,
      ),
    ];
  }
  return [
    {
      action: 'update',
      before: { live: now },
      after: { live: wanted },
      reason: `it is ${now}`,
      risk: 'none',
      predicted: [predict(query, wanted)],
    },
  ];
}

/** A regular expression for a line that sets the parameter; its name may be written with dots or slashes. */
function linePattern(name: string): string {
  const escaped = name.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&').replace(/\\[./]/g, '[./]');
  return `^\\s*-?${escaped}\\s*=`;
}

export default sysctl;
