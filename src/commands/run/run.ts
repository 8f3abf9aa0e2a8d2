/** A run of a command that connects to hosts: its context, its views, and its end. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { EVENT_WORDS } from '../../core/event.ts';
import type { Event, EventBody } from '../../core/event.ts';
import { maskData } from '../../core/secrets/mask-data.ts';
import { alsoByName } from '../../core/secrets/mask.ts';
import type { MaskText } from '../../core/secrets/mask.ts';
import type { Secret } from '../../core/secrets/secret.ts';
import type { HostResult } from '../../engine/apply.ts';
import { participants } from '../../engine/context.ts';
import type { RunContext } from '../../engine/context.ts';
import type { Host } from '../../inventory/inventory.ts';
import type { Plan } from '../../plan/plan.ts';
import { countActions } from '../../report/plan/counts.ts';
import { countOutcomes } from '../../report/recap/count-outcomes.ts';
import { createRecorder } from '../../report/recap/collect-run.ts';
import type { Recorder } from '../../report/recap/collect-run.ts';
import { combineViews } from '../../report/events/view.ts';
import type { View } from '../../report/events/view.ts';
import { createTransport } from '../../transport/select.ts';
import type { Credentials, Target } from '../../transport/transport.ts';
import type { Environment } from './environment.ts';
import { EXIT } from './exit-code.ts';
import type { Loaded } from './load.ts';
import type { RunOptions } from './options.ts';
import { createMask } from './mask.ts';
import { openViews } from './open-views.ts';

/** Connections that are opened at the same time. */
const MAX_CONNECTING = 10;

/** A run: what the engine works with, and the views that show it. */
export interface Run {
  readonly context: RunContext;
  readonly view: View;
  readonly recorder: Recorder;
  /** Masks the secrets that this run knows: passwords, and variables of the inventory. */
  readonly mask: MaskText;
  /** The plan once it is made, with secrets masked, so that views may show it. */
  plan: Plan | undefined;
  /** Ends the event stream with `run.done`, and closes the views. */
  finish(results: readonly HostResult[], exitCode: number): Promise<void>;
  /** Ends the event stream after an internal error, unless it has ended already. */
  fail(trace: string): Promise<void>;
}

/** Opens a run. Asks for passwords where the options say so. */
export async function openRun(
  command: string,
  loaded: Loaded,
  options: RunOptions,
  environment: Environment,
  lockTimeoutSeconds = 0,
): Promise<Run> {
  const credentials = await credentialsOf(options, environment);
  const mask = createMask(loaded, credentials);
  const recorder = createRecorder();
  const views = await openViews(options, environment, () => run.plan);
  const view = combineViews([recorderView(recorder), ...views]);
  const started = performance.now();
  const now = (): number => (performance.now() - started) / 1000;
  const emit = (body: EventBody): void =>
    view.handle(maskData<Event>({ at: now(), ...body }, alsoByName(mask), EVENT_WORDS));
  const context = createContext(loaded, options, environment, credentials, lockTimeoutSeconds, emit, now);
  let over = false;
  const run: Run = {
    context,
    view,
    recorder,
    mask,
    plan: undefined,
    finish: async (results, exitCode) => {
      if (over) return;
      over = true;
      const deferred = run.plan === undefined ? 0 : countActions(run.plan).deferred;
      const changes = results.reduce((sum, { changed }) => sum + changed, 0);
      const counts = countOutcomes(
        results.map(({ outcome }) => outcome),
        { changes, deferred },
      );
      emit({ type: 'run.done', exitCode, counts, seconds: now() });
      await view.close();
    },
    fail: (trace) => {
      if (!over) emit({ type: 'run.failed', reason: 'internal', text: trace });
      return run.finish([], EXIT.failed);
    },
  };
  environment.interrupts.onSignal((signal, dropped) => emit({ type: 'interrupted', signal, dropped }));
  environment.onCrash((trace) => run.fail(trace));
  emit({
    type: 'run.start',
    command,
    runId: context.signature.runId,
    hosts: participants(context).map(({ name }) => name),
  });
  return run;
}

/** Runs the rest of a command. An exception is an internal error: it ends the event stream, and is thrown on. */
export async function withRun(run: Run, body: () => Promise<number>): Promise<number> {
  try {
    return await body();
  } catch (error) {
    await run.fail(error instanceof Error ? (error.stack ?? error.message) : String(error));
    throw error;
  }
}

function createContext(
  { inventory, playbook, derivation, selected, resolve }: Loaded,
  options: RunOptions,
  environment: Environment,
  credentials: Credentials,
  lockTimeoutSeconds: number,
  emit: (event: EventBody) => void,
  now: () => number,
): RunContext {
  return {
    inventory,
    playbook,
    derivation,
    resolve,
    selected,
    limit: options.limit ?? null,
    transport: createTransport(
      {
        knownHostsFiles:
          options.knownHosts === undefined
            ? [join(environment.home, '.ssh/known_hosts'), '/etc/ssh/ssh_known_hosts']
            : [options.knownHosts],
        acceptNewHostKeys: options.acceptNewHostKeys,
        sshConfigFile: options.sshConfig ?? join(environment.home, '.ssh/config'),
        credentials,
        agentSocket: environment.agentSocket,
        defaultIdentityFiles: ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) =>
          join(environment.home, '.ssh', name),
        ),
        connectTimeoutSeconds: options.connectTimeout,
        maxConnecting: MAX_CONNECTING,
        home: environment.home,
        localUser: environment.user,
      },
      environment.uid,
    ),
    targetOf: (host) => targetOf(host, options),
    forks: options.forks,
    taskTimeoutSeconds: options.taskTimeout,
    lockTimeoutSeconds,
    emit,
    stop: environment.interrupts.stop,
    kill: environment.interrupts.kill,
    now,
    wallNow: () => Date.now() / 1000,
    nonce: () => randomBytes(12).toString('hex'),
    version: environment.version,
    signature: { runId: runId(), operator: `${environment.user}@${environment.host}` },
  };
}

/** As with Ansible's `--user` and `--private-key`, these options count only where the inventory sets nothing. */
function targetOf(host: Host, options: RunOptions): Target {
  return {
    name: host.name,
    address: host.address,
    port: host.port,
    user: host.user ?? options.user,
    privateKeyFile: host.privateKeyFile ?? options.privateKey,
    connection: host.connection,
    become: host.become,
  };
}

async function credentialsOf(
  options: RunOptions,
  { passwords, askSecret }: Environment,
): Promise<Credentials> {
  const ask = async (
    wanted: boolean,
    given: Secret | undefined,
    question: string,
  ): Promise<Secret | undefined> => (wanted ? askSecret(question) : given);
  const sshPassword = await ask(options.askPass, passwords.ssh, 'SSH password: ');
  const becomePassword = await ask(options.askBecomePass, passwords.become, 'sudo password: ');
  return { sshPassword, becomePassword };
}

function recorderView(recorder: Recorder): View {
  return { handle: recorder.handle, flush: () => Promise.resolve(), close: () => Promise.resolve() };
}

/** Run ids sort by time. They have milliseconds, because short runs can follow each other within a second. */
function runId(): string {
  return `${new Date().toISOString().replace(/[-:.]/g, '').slice(0, 18)}-${randomBytes(2).toString('hex').slice(1)}`;
}
