/** Resource type `package`: installed packages. */
import type { JsonObject } from '../core/json.ts';
import { packageFact } from '../facts/package.ts';
import { predict } from '../facts/state.ts';
import { aptScript, rpmScript } from './package-script.ts';
import { blockedDrift, defineResource } from './resource.ts';

export type PackageParams = JsonObject & {
  readonly name: string | readonly string[];
  readonly state?: 'present';
};

/** In any version. Nothing is ever removed or upgraded. */
export const packageResource = defineResource<PackageParams>({
  type: 'package',
  schema: {
    type: 'object',
    description:
      'Installed packages. Nothing is ever removed or upgraded, and recommended packages are not installed',
    required: ['name'],
    additionalProperties: false,
    properties: {
      name: {
        description: 'One package or several',
        anyOf: [
          { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9+._-]*$' },
          {
            type: 'array',
            minItems: 1,
            uniqueItems: true,
            items: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9+._-]*$' },
          },
        ],
      },
      state: { const: 'present', default: 'present' },
    },
  },
  label: (params) => names(params).join(' '),
  queries: (params) => names(params).map((name) => packageFact({ name })),
  diff: (params, state) => {
    const states = names(params).map((name) => ({ name, ...state.read(packageFact({ name })) }));
    const missing = states.filter(({ installed }) => !installed).map(({ name }) => name);
    if (missing.length === 0) return [];
    const manager = states[0]?.manager ?? 'none';
    if (manager === 'none') {
      return [
        blockedDrift(
          { manager },
          'this host has neither apt nor dnf nor yum',
          `install ${missing.join(', ')} yourself, then run again`,
        ),
      ];
    }
    return [
      {
        action: 'create',
        before: null,
        after: { manager, missing },
        unknown: ['version'],
        reason: missing.length === 1 ? 'not installed' : `not installed: ${missing.join(', ')}`,
        risk: 'none',
        predicted: missing.map((name) =>
          predict(packageFact({ name }), { manager, installed: true, version: '' }),
        ),
      },
    ];
  },
  script: (_, change) => {
    const { manager, missing } = change.after as {
      readonly manager: 'apt' | 'dnf' | 'yum';
      readonly missing: readonly string[];
    };
    return manager === 'apt' ? aptScript(missing) : rpmScript(manager, missing);
  },
});

function names({ name }: PackageParams): readonly string[] {
  return typeof name === 'string' ? [name] : name;
}

export default packageResource;
