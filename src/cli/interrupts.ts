/** Signals that interrupt a run. */
import { setMaxListeners } from 'node:events';
import type { Interrupts } from '../commands/run/environment.ts';
import type { Signal } from '../core/event.ts';

/** Listens for SIGINT, SIGTERM and SIGHUP from now on. */
export function createInterrupts(): Interrupts {
  const stop = new AbortController();
  const kill = new AbortController();
  // every host of a run listens
  setMaxListeners(0, stop.signal, kill.signal);
  let received: Signal | undefined;
  const listeners: ((signal: Signal, dropped: boolean) => void)[] = [];
  const handle = (signal: Signal): void => {
    if (kill.signal.aborted) return;
    const dropped = received !== undefined;
    received ??= signal;
    for (const listener of listeners) listener(signal, dropped);
    (dropped ? kill : stop).abort();
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
  process.on('SIGHUP', handle);
  return {
    stop: stop.signal,
    kill: kill.signal,
    received: () => received,
    onSignal: (listener) => listeners.push(listener),
  };
}
