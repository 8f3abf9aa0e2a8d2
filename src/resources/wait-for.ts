/** Resource type `wait_for`: something that appears by itself. */
import type { JsonObject } from '../core/json.ts';
import type { TypedQuery } from '../facts/fact.ts';
import { path } from '../facts/path.ts';
import { port as portFact, portTest } from '../facts/probe.ts';
import { predict } from '../facts/state.ts';
import type { Patch, State } from '../facts/state.ts';
import { unit as unitFact } from '../facts/unit.ts';
import { unitName } from '../formats/systemd.ts';
import { quote } from '../shell/quote.ts';
import { predictPath } from './attributes.ts';
import { defineResource } from './resource.ts';

export type WaitForParams = JsonObject & {
  readonly path?: string;
  readonly port?: number;
  readonly host?: string;
  readonly unit?: string;
  readonly timeout?: number;
};

/** A path that appears, a port that takes connections, or a systemd unit that becomes active. */
export const waitFor = defineResource<WaitForParams>({
  type: 'wait_for',
  schema: {
    type: 'object',
    description: 'Waits until a path exists, a port takes connections, or a systemd unit is active',
    additionalProperties: false,
    properties: {
      path: { $ref: '#/$defs/path' },
      port: { type: 'integer', minimum: 1, maximum: 65535 },
      host: {
        $ref: '#/$defs/word',
        default: 'localhost',
        description: 'The host with the port, as this host names it',
      },
      unit: { $ref: '#/$defs/unit' },
      timeout: {
        type: 'integer',
        minimum: 1,
        maximum: 3600,
        default: 60,
        description: 'In seconds; then the task has failed',
      },
    },
    oneOf: [
      { required: ['path'], properties: { path: {} } },
      { required: ['port'], properties: { port: {} } },
      { required: ['unit'], properties: { unit: {} } },
    ],
  },
  label: (params) => describe(params),
  queries: (params) => [queryFor(params)],
  diff: (params, state) => {
    const predicted = whenThere(params, state);
    if (predicted === undefined) return [];
    return [
      {
        action: 'run',
        before: null,
        after: { waitFor: describe(params), timeout: params.timeout ?? 60 },
        reason: 'not there yet',
        risk: 'none',
        predicted: [predicted],
      },
    ];
  },
  script: (params) => `end=$(($(date +%s) + ${params.timeout ?? 60}))
until ${conditionFor(params)}; do
  if [ "$(date +%s)" -ge $end ]; then echo ${quote(`timed out after ${params.timeout ?? 60} s: ${describe(params)} is not there`)}; exit 1; fi
  sleep 1
done`,
});

function describe({ path: at, port, host = 'localhost', unit = '' }: WaitForParams): string {
  if (at !== undefined) return at;
  return port === undefined ? unitName(unit) : `${host} port ${port}`;
}

function queryFor({ path: at, port, host = 'localhost', unit = '' }: WaitForParams): TypedQuery<unknown> {
  if (at !== undefined) return path({ path: at });
  return port === undefined ? unitFact({ name: unitName(unit) }) : portFact({ host, port });
}

function whenThere(
  { path: at, port, host = 'localhost', unit = '' }: WaitForParams,
  state: State,
): Patch | undefined {
  if (at !== undefined) {
    if (state.read(path({ path: at })).kind !== 'absent') return undefined;
    return predictPath(at, 'other', { owner: 'root', group: 'root', mode: '0000' }, 0);
  }
  if (port !== undefined) {
    const query = portFact({ host, port });
    return state.read(query) ? undefined : predict(query, true);
  }
  const query = unitFact({ name: unitName(unit) });
  const now = state.read(query);
  return now.active === 'active' ? undefined : predict(query, { ...now, active: 'active' });
}

function conditionFor({ path: at, port, host = 'localhost', unit = '' }: WaitForParams): string {
  if (at !== undefined) return `[ -e ${quote(at)} ] || [ -L ${quote(at)} ]`;
  if (port !== undefined) return portTest(host, port);
  return `systemctl is-active -q ${quote(unitName(unit))}`;
}

export default waitFor;
