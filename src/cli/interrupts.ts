import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Interrupts } from '../commands/environment.ts';
import type { Signal } from '../core/event.ts';

/** Listens for Ctrl-C, an order to end, and the end of the terminal, from now on. */
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
  if (!startedWithNohup()) process.on('SIGHUP', handle);
  return {
    stop: stop.signal,
    kill: kill.signal,
    received: () => received,
    onSignal: (listener) => listeners.push(listener),
  };
}

/** Whether whoever started this program wants it to outlive its terminal; a listener would undo that. */
function startedWithNohup(): boolean {
  try {
    const ignored = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
    return (BigInt(`0x${ignored}`) & 1n) === 1n;
  } catch {
    // no Linux
    return false;
  }
}
