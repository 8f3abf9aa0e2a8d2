/** Resource type `service`: a systemd unit. */
import type { JsonObject } from '../core/json.ts';
import type { Query } from '../facts/fact.ts';
import { predict } from '../facts/state.ts';
import type { Patch, State } from '../facts/state.ts';
import { reloadedUnits, unit } from '../facts/unit.ts';
import type { UnitState } from '../facts/unit.ts';
import { templateOf, unitName } from '../formats/systemd.ts';
import { quote } from '../shell/quote.ts';
import { blockedDrift, defineResource } from './resource.ts';
import type { Drift } from './resource.ts';

export type ServiceParams = JsonObject & {
  readonly name: string;
  readonly enabled?: boolean;
  readonly state?: 'started' | 'stopped' | 'restarted' | 'try-restarted' | 'reloaded';
  readonly daemon_reload?: boolean;
};

/** What the script does, in this order; the plan has the same data. */
type Steps = JsonObject & { readonly reload: boolean; readonly enable?: boolean; readonly run?: string };

/** It is enabled, it runs, and systemd reads its files again if they have changed. */
export const service = defineResource<ServiceParams>({
  type: 'service',
  schema: {
    type: 'object',
    description: 'A systemd unit. The states restarted, try-restarted and reloaded are for handlers',
    required: ['name'],
    additionalProperties: false,
    properties: {
      name: { $ref: '#/$defs/unit' },
      enabled: { type: 'boolean', description: 'Whether it starts at boot' },
      state: { enum: ['started', 'stopped', 'restarted', 'try-restarted', 'reloaded'] },
      daemon_reload: {
        type: 'boolean',
        default: true,
        description: 'Whether systemd reads its files again if they have changed',
      },
    },
  },
  label: (params) => unitName(params.name),
  queries: (params) => unitQueries(params.name),
  diff: (params, state) => {
    const name = unitName(params.name);
    const now = state.read(unit({ name }));
    const obstacle = blocked(params, name, now);
    if (obstacle !== undefined) return [obstacle];
    const stale = needsReload(name, state);
    const steps = stepsFor(params, now, stale);
    const { reload, enable, run } = steps;
    if (!reload && enable === undefined && run === undefined) return [];
    return [
      {
        action: run !== undefined && isHandler(params) ? 'run' : 'update',
        before: { load: now.load, enabled: now.enabled, active: now.active, needDaemonReload: stale },
        after: steps,
        reason: reasonFor(now, steps),
        risk: run === undefined || run === 'start' ? 'none' : 'restart',
        predicted: predictions(name, state, now, steps),
      },
    ];
  },
  script: (params, change) => {
    const name = quote(unitName(params.name));
    const { reload, enable, run } = change.after as Steps;
    // systemctl enable reloads by itself, and one reload is enough
    const verb = `${enable === true ? 'enable' : 'disable'}${reload ? ' --no-reload' : ''}`;
    const commands = [
      ...(enable === undefined ? [] : [`systemctl ${verb} ${name}`]),
      ...(reload ? ['systemctl daemon-reload'] : []),
      ...(run === undefined ? [] : runCommands(run, name)),
    ];
    return commands.join('\n');
  },
});

/** A failed unit may have no attempts left, so it is reset first. If a command fails, the unit's own log says why. */
function runCommands(run: string, name: string): readonly string[] {
  return [
    ...(run === 'start' || run === 'restart' ? [`systemctl reset-failed ${name} 2>/dev/null || :`] : []),
    `systemctl ${run} ${name} || { code=$?; systemctl status --no-pager -l -n 20 ${name} || :; exit $code; }`,
  ];
}

function unitQueries(name: string): readonly Query[] {
  const full = unitName(name);
  const template = templateOf(full);
  return [unit({ name: full }), ...(template === undefined ? [] : [unit({ name: template })])];
}

/** Whether systemd must read files again: of the unit, or of the template that it is an instance of. */
function needsReload(name: string, state: State): boolean {
  const template = templateOf(name);
  return [name, ...(template === undefined ? [] : [template])].some(
    (each) => state.read(unit({ name: each })).needDaemonReload,
  );
}

function isHandler({ state }: ServiceParams): boolean {
  return state === 'restarted' || state === 'try-restarted' || state === 'reloaded';
}

function stepsFor(params: ServiceParams, now: UnitState, stale: boolean): Steps {
  const enable =
    params.enabled !== undefined && params.enabled !== isEnabled(now) ? { enable: params.enabled } : {};
  const runs = ['active', 'reloading', 'activating', 'refreshing'].includes(now.active);
  const verb = verbFor(params.state, now, runs);
  return {
    reload: stale && params.daemon_reload !== false,
    ...enable,
    ...(verb === undefined ? {} : { run: verb }),
  };
}

function verbFor(state: ServiceParams['state'], now: UnitState, runs: boolean): string | undefined {
  switch (state) {
    case undefined:
      return undefined;
    case 'started':
      return runs ? undefined : 'start';
    case 'stopped':
      return runs || now.active === 'deactivating' ? 'stop' : undefined;
    case 'restarted':
      return 'restart';
    case 'try-restarted':
      return 'try-restart';
    case 'reloaded':
      return 'reload-or-restart';
  }
}

/** As `systemctl is-enabled`, except that units which are enabled only until the next boot do not count. */
function isEnabled({ enabled }: UnitState): boolean {
  return ['enabled', 'static', 'alias', 'indirect', 'generated', 'transient'].includes(enabled);
}

function blocked(params: ServiceParams, name: string, now: UnitState): Drift | undefined {
  const before = { load: now.load };
  if (now.load === 'no-systemd') {
    return blockedDrift(
      before,
      `systemd does not run on this host, so fastboot cannot manage ${name}`,
      'boot the host with systemd',
    );
  }
  if (now.load === 'masked' && (params.enabled === true || params.state === 'started')) {
    return blockedDrift(
      before,
      `${name} is masked: somebody decided that it must not run`,
      `systemctl unmask ${name}`,
    );
  }
  return undefined;
}

function reasonFor(now: UnitState, { reload, enable, run }: Steps): string {
  const missing = now.load === 'not-found' ? ['not installed yet'] : [];
  const enabling = enable === undefined ? [] : [enable ? 'is not enabled' : 'is enabled'];
  const running = { start: `is ${now.active}`, stop: `is ${now.active}` }[run ?? ''] ?? run;
  const stale = reload ? ['its files have changed'] : [];
  return [...missing, ...stale, ...enabling, ...(running === undefined ? [] : [running])].join(', ');
}

function predictions(
  name: string,
  state: State,
  now: UnitState,
  { reload, enable, run }: Steps,
): readonly Patch[] {
  const active =
    run === 'stop' ? 'inactive' : run === undefined || run === 'try-restart' ? now.active : 'active';
  const enabled = enable === undefined ? now.enabled : enable ? 'enabled' : 'disabled';
  const load = now.load === 'not-found' ? 'loaded' : now.load;
  const after = { ...now, load, active, enabled, needDaemonReload: reload ? false : now.needDaemonReload };
  const others = reload ? reloadedUnits(state) : [];
  return [...others, predict(unit({ name }), after)];
}

export default service;
