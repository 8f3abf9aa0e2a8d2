/** The connections of a run and what was read over them. */
import type { Failure } from '../core/failure.ts';
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import type { Query } from '../facts/fact.ts';
import { createState } from '../facts/state.ts';
import type { State } from '../facts/state.ts';
import type { Host } from '../inventory/inventory.ts';
import type { Connection } from '../transport/transport.ts';
import { participants } from './context.ts';
import type { RunContext } from './context.ts';
import { gather } from './gather.ts';
import { forEachLimited } from './for-each-limited.ts';
import { describeHolder } from './lock-holder.ts';
import type { LockHolder } from './lock-holder.ts';
import { takeLock } from './lock.ts';
import type { Lock } from './lock.ts';

/** A host of a run, its connection, and what is known of it. */
export interface Session {
  readonly host: Host;
  readonly connection: Connection;
  state: State;
  /** The queries so far, by key. They are asked again after a change. */
  readonly queries: Map<string, Query>;
  /** When the host's clock was read, in unix seconds of this machine. */
  receivedAt: number;
}

/** The hosts of a run that could be read, and why the others could not. */
export interface Sessions {
  readonly open: Map<string, Session>;
  readonly failures: Map<string, Failure>;
  readonly lock: Lock | undefined;
  /** Who holds the run lock, where this run could not get it. */
  readonly lockedBy: string | undefined;
}

/**
 * Connects to all hosts side by side and reads each with one script.
 *
 * @param holder if given, the run lock is taken on the backend before anything is read on any host; without the lock
 *   nothing is read
 */
export async function openSessions(
  context: RunContext,
  queriesOf: (host: Host) => readonly Query[],
  holder: LockHolder | undefined,
): Promise<Sessions> {
  const open = new Map<string, Session>();
  const failures = new Map<string, Failure>();
  // the other hosts connect meanwhile, and wait for the lock before they are read
  const lockDecided = createSignal();
  let attempt: LockAttempt = { mayRead: holder === undefined };
  if (holder === undefined) lockDecided.set();
  await forEachLimited(participants(context), context.forks, context.stop, async (host) => {
    const isBackend = host.name === context.inventory.backend.name;
    const opened = await openSession(context, host, queriesOf, async (connection) => {
      if (isBackend && holder !== undefined) attempt = await attemptLock(context, connection, holder);
      if (isBackend) lockDecided.set();
      await lockDecided.isSet;
      return attempt;
    });
    // also where the backend could not be reached
    if (isBackend) lockDecided.set();
    if (!opened.ok) {
      // the interrupt itself closed the connection: the host did not fail
      if (context.stop.aborted) return;
      failures.set(host.name, opened.error);
      context.emit({ type: 'host.failed', host: host.name, failure: opened.error });
    } else if (opened.value !== undefined) open.set(host.name, opened.value);
  });
  return { open, failures, lock: attempt.lock, lockedBy: attempt.heldBy };
}

/** Connects to one host and reads it. Undefined where it may not be read, because another run holds the lock. */
async function openSession(
  run: RunContext,
  host: Host,
  queriesOf: (host: Host) => readonly Query[],
  lock: (connection: Connection) => Promise<LockAttempt>,
): Promise<Result<Session | undefined, Failure>> {
  const connected = await run.transport.connect(run.targetOf(host), run.stop);
  if (!connected.ok) return connected;
  run.emit({ type: 'host.connected', host: host.name });
  const session: Session = {
    host,
    connection: connected.value,
    state: createState(new Map()),
    queries: new Map(),
    receivedAt: run.wallNow(),
  };
  const attempt = await lock(session.connection);
  const read = attempt.mayRead ? await readMore(run, session, queriesOf(host)) : ok(null);
  if (attempt.mayRead && read.ok) return ok(session);
  await session.connection.close();
  if (!read.ok) return read;
  return attempt.failure !== undefined && host.name === run.inventory.backend.name
    ? err(attempt.failure)
    : ok(undefined);
}

interface LockAttempt {
  readonly mayRead: boolean;
  readonly lock?: Lock;
  readonly heldBy?: string;
  readonly failure?: Failure;
}

async function attemptLock(
  context: RunContext,
  connection: Connection,
  holder: LockHolder,
): Promise<LockAttempt> {
  const taken = await takeLock(connection, holder, {
    nonce: context.nonce(),
    waitSeconds: context.lockTimeoutSeconds,
    onWaiting: (line) => context.emit({ type: 'lock.waiting', holder: describeHolder(line) }),
    stop: context.stop,
    now: context.wallNow,
  });
  if (taken.ok) return { mayRead: true, lock: taken.value };
  return taken.error.kind === 'held'
    ? { mayRead: false, heldBy: taken.error.holder }
    : { mayRead: false, failure: taken.error.failure };
}

function createSignal(): { readonly isSet: Promise<void>; set(): void } {
  let set: () => void = () => undefined;
  const isSet = new Promise<void>((resolve) => (set = resolve));
  return { isSet, set };
}

/** Asks the queries that a session has not answered yet. No script runs where there are none. */
export async function readMore(
  context: RunContext,
  session: Session,
  queries: readonly Query[],
): Promise<Result<null, Failure>> {
  const unknown = queries.filter((query) => !session.state.has(query));
  if (unknown.length === 0) return ok(null);
  context.emit({ type: 'host.step', host: session.host.name, step: 'reading' });
  const gathered = await gather(session.connection, unknown, {
    nonce: context.nonce(),
    timeoutSeconds: context.taskTimeoutSeconds,
    stop: context.stop,
    now: context.wallNow,
    onStep: (step) => context.emit({ type: 'host.step', host: session.host.name, step }),
  });
  if (!gathered.ok) return err(gathered.error);
  if (session.state.entries.size === 0) session.receivedAt = gathered.value.receivedAt;
  session.state = session.state.merge(gathered.value.state);
  for (const query of unknown.filter(({ fact }) => fact.once !== true)) session.queries.set(query.key, query);
  return ok(null);
}

/** Releases the lock and closes every connection. */
export async function closeSessions({ open, lock }: Sessions): Promise<void> {
  await lock?.release();
  await Promise.all([...open.values()].map(({ connection }) => connection.close()));
}
