import type { Event } from '../../core/event.ts';
import { tallyHosts } from './progress.ts';
import type { PhaseProgress } from './progress.ts';
import { count } from '../terminal/text.ts';

/** What an interrupt does, said at once when it comes. */
export function interruptedLine(
  { signal, dropped }: Event & { type: 'interrupted' },
  phase: PhaseProgress | undefined,
): string {
  const name = signal === 'SIGINT' ? 'Ctrl-C' : signal;
  if (dropped) return `${name} again: connections are dropped in the middle of what they do`;
  const running = phase && phase.ended === undefined ? tallyHosts(phase).running : 0;
  if (running === 0) return `${name}: nothing new begins`;
  const ending = `${count(running, 'host finishes its step', 'hosts finish their step')}, nothing new begins`;
  return signal === 'SIGINT' ? `${name}: ${ending}. Again: drops them.` : `${name}: ${ending}`;
}
