import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { exitCodeOf } from '../../src/commands/run/exit-code.ts';
import type { EventBody } from '../../src/core/event.ts';
import { err, ok } from '../../src/core/result.ts';
import { toSavedPlan } from '../../src/engine/build-saved-plan.ts';
import { savedRunInputs } from '../../src/engine/saved-inputs.ts';
import { applyPlan } from '../../src/engine/apply.ts';
import type { HostResult } from '../../src/engine/apply.ts';
import type { RunContext } from '../../src/engine/context.ts';
import type { LockHolder } from '../../src/engine/lock-holder.ts';
import type { Derivation } from '../../src/pool/derivation.ts';
import { derivations } from '../../src/pool/derivations.ts';
import { resolveFromPlaybook } from '../../src/engine/resolve-from-playbook.ts';
import { prepare } from '../../src/engine/read-and-plan.ts';
import type { NoPlan } from '../../src/engine/read-and-plan.ts';
import { ALL_AT_ONCE } from '../../src/engine/rollout.ts';
import type { Rollout } from '../../src/engine/rollout.ts';
import { closeSessions } from '../../src/engine/sessions.ts';
import type { Host } from '../../src/inventory/inventory.ts';
import { loadInventory } from '../../src/inventory/load.ts';
import type { Change, Plan } from '../../src/plan/plan.ts';
import type { SavedPlan } from '../../src/plan/saved-plan.ts';
import { findStaleness } from '../../src/plan/stale.ts';
import type { Difference } from '../../src/plan/stale.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import type { RunningScript, Target, Transport } from '../../src/transport/transport.ts';
import { bodyErrors, planErrors } from '../report/schemas.ts';
import { departures } from './as-planned.ts';
import { createShellHost } from './shell-host.ts';
import type { ShellHost } from './shell-host.ts';

export interface PlanRun {
  readonly plan: Plan | undefined;
  readonly noPlan: NoPlan | undefined;
  readonly events: readonly EventBody[];
  /** The plan as it would be saved. */
  readonly saved?: SavedPlan;
}

export interface ApplyRun extends PlanRun {
  readonly results: readonly HostResult[];
  /** Undefined where there was no plan. */
  readonly exitCode: number | undefined;
  /** `host outcome changed`, in the order of the inventory. */
  readonly recap: readonly string[];
  /** Why a saved plan was refused. */
  readonly drift?: readonly Difference[];
}

export interface RunChoices {
  readonly stop?: AbortSignal;
  readonly kill?: AbortSignal;
  readonly forks?: number;
  readonly taskTimeoutSeconds?: number;
  readonly holder?: string;
  readonly lockTimeoutSeconds?: number;
  readonly rollout?: Partial<Rollout>;
  /** The compute nodes that take part; default all. */
  readonly selected?: readonly string[];
  /** How the command decides about the pool; default `apply`. */
  readonly derivation?: Derivation['name'];
  /** A saved plan that is applied, in place of inventory and playbook. */
  readonly saved?: SavedPlan;
  /** Called with the plan before it is applied, as when a person is asked. */
  readonly between?: () => void | Promise<void>;
}

export interface Rig {
  host(name: string): ShellHost;
  /** Hosts that refuse connections. */
  readonly down: Set<string>;
  readonly connections: ReadonlyMap<string, number>;
  /** Replaces the playbook; other files of the playbook's folder by name. */
  playbook(text: string, files?: Readonly<Record<string, string>>): void;
  plan(choices?: RunChoices): Promise<PlanRun>;
  apply(choices?: RunChoices): Promise<ApplyRun>;
}

/** How a test's run connects to a host. */
export const asRoot = ({ name, address }: Host): Target => ({
  name,
  address,
  port: 22,
  user: 'root',
  privateKeyFile: undefined,
  connection: 'ssh',
  become: false,
});

/** A backend `b` and compute nodes `c1`, `c2`, … that are folders of this machine. */
export function createRig(
  playbook: string,
  { compute = 1, shell = ['sh'] }: { readonly compute?: number; readonly shell?: readonly string[] } = {},
): Rig {
  const folder = mkdtempSync(join(tmpdir(), 'fastboot-rig-'));
  const names = ['b', ...Array.from({ length: compute }, (_, index) => `c${index + 1}`)];
  const hosts = new Map(names.map((name) => [name, createShellHost(name, shell)]));
  const down = new Set<string>();
  const connections = new Map<string, number>();
  const transport = createTransport(hosts, down, connections);
  const inventoryFile = join(folder, 'inventory.yaml');
  const playbookFile = join(folder, 'site.yaml');
  writeFileSync(inventoryFile, inventoryText(names.slice(1)));
  writeFileSync(playbookFile, playbook);
  onTestFinished(async () => {
    for (const host of hosts.values()) {
      await host.idle();
      rmSync(dirname(host.root), { recursive: true });
    }
    rmSync(folder, { recursive: true });
  });

  let runs = 0;
  const start = async (choices: RunChoices): Promise<RunContext & { readonly events: EventBody[] }> => {
    const inventory = await loadInventory(inventoryFile);
    const plays = await loadPlaybook(playbookFile);
    if (!inventory.ok) throw new Error(JSON.stringify(inventory.error));
    if (!plays.ok) throw new Error(JSON.stringify(plays.error));
    const events: EventBody[] = [];
    const never = new AbortController().signal;
    return {
      inventory: inventory.value.inventory,
      playbook: plays.value,
      derivation: derivations[choices.derivation ?? 'apply'],
      resolve: resolveFromPlaybook,
      selected: inventory.value.inventory.compute.filter(
        ({ name }) => choices.selected?.includes(name) !== false,
      ),
      limit: null,
      transport,
      targetOf: asRoot,
      forks: choices.forks ?? 32,
      taskTimeoutSeconds: choices.taskTimeoutSeconds ?? 20,
      lockTimeoutSeconds: choices.lockTimeoutSeconds ?? 0,
      emit: (event) => events.push(event),
      events,
      stop: choices.stop ?? never,
      kill: choices.kill ?? never,
      now: () => performance.now() / 1000,
      wallNow: () => Date.now() / 1000,
      nonce: () => randomBytes(12).toString('hex'),
      version: '0.0.0',
      ...(choices.saved && savedRunInputs(choices.saved)),
      signature: { runId: `run-${(runs += 1)}`, operator: 'alice@desk' },
    };
  };

  return {
    down,
    connections,
    host: (name) => {
      const host = hosts.get(name);
      if (host === undefined) throw new Error(`no host ${name}`);
      return host;
    },
    playbook: (text, files = {}) => {
      for (const [name, content] of Object.entries({ ...files, 'site.yaml': text })) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), content);
      }
    },
    plan: async (choices = {}) => {
      const context = await start(choices);
      const prepared = await prepare(context, undefined);
      expect(bodyErrors(context.events)).toEqual([]);
      if (!prepared.ok) return { plan: undefined, noPlan: prepared.error, events: context.events };
      await closeSessions(prepared.value.sessions);
      expect(planErrors(toJson(prepared.value.plan))).toEqual([]);
      const saved = toSavedPlan(context, prepared.value, (text) => text);
      expect(planErrors(saved)).toEqual([]);
      return { plan: prepared.value.plan, noPlan: undefined, events: context.events, saved };
    },
    apply: async (choices = {}) => {
      const context = await start(choices);
      const { events } = context;
      const prepared = await prepare(context, holderOf(choices.holder ?? 'test'));
      expect(bodyErrors(events)).toEqual([]);
      if (!prepared.ok)
        return {
          plan: undefined,
          noPlan: prepared.error,
          events,
          results: [],
          exitCode: undefined,
          recap: [],
        };
      const { plan } = prepared.value;
      const now = toSavedPlan(context, prepared.value, (text) => text);
      const drift = choices.saved === undefined ? [] : findStaleness(choices.saved, now);
      if (drift.length > 0) {
        await closeSessions(prepared.value.sessions);
        return { plan, noPlan: undefined, events, results: [], exitCode: undefined, recap: [], drift };
      }
      await choices.between?.();
      const results = await applyPlan(context, prepared.value, { ...ALL_AT_ONCE, ...choices.rollout });
      await closeSessions(prepared.value.sessions);
      expect(bodyErrors(events)).toEqual([]);
      expectAsPlanned(plan, events, results);
      return {
        plan,
        noPlan: undefined,
        events,
        results,
        exitCode: exitCodeOf(results),
        recap: results.map(({ host, outcome, changed }) => `${host} ${outcome} ${changed}`),
      };
    },
  };
}

const holderOf = (who: string): LockHolder => ({
  run: 'run',
  who,
  from: 'rig',
  since: 'today',
  command: 'fastboot apply',
});

const toJson = (plan: Plan): unknown => JSON.parse(JSON.stringify(plan));

function inventoryText(compute: readonly string[]): string {
  const hosts = compute
    .map((name) => `        ${name}: { ansible_host: 192.0.2.${name.slice(1)} }\n`)
    .join('');
  return `all:
  vars: { motd: hello }
  children:
    nfs_backend:
      hosts:
        b: { ansible_host: 192.0.2.200 }
    compute:
      hosts:
${hosts === '' ? '        {}\n' : hosts}`;
}

function createTransport(
  hosts: ReadonlyMap<string, ShellHost>,
  down: ReadonlySet<string>,
  connections: Map<string, number>,
): Transport {
  return {
    connect: ({ name, address }) => {
      const host = hosts.get(name);
      if (host === undefined || down.has(name))
        return Promise.resolve(err({ kind: 'unreachable', address, reason: 'connection refused' }));
      connections.set(name, (connections.get(name) ?? 0) + 1);
      const running: RunningScript[] = [];
      return Promise.resolve(
        ok({
          run: (script, options) => {
            const started = host.run(script, options);
            running.push(started);
            return started;
          },
          close: () => {
            for (const script of running) script.abort();
            return Promise.resolve();
          },
        }),
      );
    },
  };
}

/** The events must be as the plan says, and the results as the events say. */
function expectAsPlanned(plan: Plan, events: readonly EventBody[], results: readonly HostResult[]): void {
  expect(planErrors(toJson(plan))).toEqual([]);
  expect(departures(plan, events)).toEqual([]);
  const told = events.flatMap((event) => (event.type === 'host.done' ? [event] : []));
  expect(told.map(({ host, outcome, changed }) => ({ host, outcome, changed }))).toEqual(
    results.map(({ host, outcome, changed }) => ({ host, outcome, changed })),
  );
}

/** All changes of a plan as `host action type label`, with their reasons. */
export function planned(plan: Plan | undefined): readonly string[] {
  const line = (host: string, { action, type, label }: Change): string =>
    `${host} ${action} ${type} ${label}`;
  return (plan?.stages ?? []).flatMap(({ hosts }) =>
    hosts.flatMap(({ host, units }) =>
      units.flatMap(({ changes }) => changes.map((change) => line(host, change))),
    ),
  );
}

/** The failures of a run, by host. */
export function failuresIn(events: readonly EventBody[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    events.flatMap((event) => (event.type === 'host.failed' ? [[event.host, event.failure] as const] : [])),
  );
}
