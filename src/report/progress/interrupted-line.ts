/** What is said at once when a run is interrupted. */
import type { Event } from '../../core/event.ts';
import { count } from '../terminal/text.ts';
import { tallyHosts } from './progress.ts';
import type { PhaseProgress } from './progress.ts';

export function interruptedLine(
  { signal, dropped }: Event & { type: 'interrupted' },
  phase: PhaseProgress | undefined,
): string {
  const name = signal === 'SIGINT' ? 'Ctrl-C' : signal;
  if (dropped) return `${name} again: connections are dropped, also in the middle of a step`;
  const running = phase && phase.ended === undefined ? tallyHosts(phase).running : 0;
  if (running === 0) return `${name}: stopping, nothing new is started`;
  const finishing = count(running, 'host finishes its step', 'hosts finish their step');
  const again = signal === 'SIGINT' ? ' Again: drops the connections.' : '';
  return `${name}: stopping. ${finishing}.${again}`;
}
