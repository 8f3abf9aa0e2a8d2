// Shows a run on this terminal with the real views: `replay.ts COMPUTES[/FAILEVERY] AT...`. It stops at these of the run's 60
// seconds, prints a mark, and goes on at SIGUSR2. `^C` is a Ctrl-C at that moment.
import { on } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type { Event } from '../../../src/core/event.ts';
import { createListrView } from '../../../src/report/progress/listr.ts';
import { formatRecap } from '../../../src/report/recap/recap.ts';
import { createRecorder } from '../../../src/report/recap/collect-run.ts';
import { createStyle } from '../../../src/report/terminal/style.ts';
import { combineViews } from '../../../src/report/events/view.ts';
import { SECONDS, runStory, stoppedStory } from './story.ts';

const [hosts = '3', ...stops] = process.argv.slice(2);
const [computes, failEvery] = hosts.split('/').map(Number);
const style = createStyle({
  color: 'auto',
  noColor: process.env['NO_COLOR'],
  streamHasColors: process.stderr.hasColors(),
  unicode: process.env['LC_ALL'] === 'C.UTF-8',
});
let now = 0;
const live = new Set<() => void>();
let drawing: () => void = () => undefined;
const every = (callback: () => void) => {
  live.add(callback);
  drawing();
  return () => live.delete(callback);
};
const recorder = createRecorder();
const record = { handle: recorder.handle, flush: () => Promise.resolve(), close: () => Promise.resolve() };
const listr = await createListrView({ stream: process.stderr, style, seconds: () => now, every });
const view = combineViews([record, listr]);
let played: readonly Event[] = [];
let story: readonly Event[] = runStory(computes ?? 3, SECONDS, failEvery);

/** Plays the events up to a moment. Resolves when they are shown. */
async function playUpTo(moment: number): Promise<void> {
  const due = story.filter(({ at }) => at <= moment);
  played = [...played, ...due];
  story = story.slice(due.length);
  for (const event of due) {
    now = event.at;
    const drawn = event.type === 'phase.start' && new Promise<void>((resolve) => (drawing = resolve));
    view.handle(event);
    if (drawn !== false) await drawn;
    if (event.type === 'phase.done') await view.flush();
  }
  now = moment;
  for (const draw of live) draw();
}

const orders = on(process, 'SIGUSR2');
const goOn = async () => {
  await orders.next();
  // a signal that came first, such as that of a new size, is handled after this one
  await setImmediate();
};
// a process that only waits for a signal would end
const alive = setInterval(() => undefined, 1000);
for (const stop of stops) {
  if (stop === '^C') story = stoppedStory(played, story, now);
  await playUpTo(stop === '^C' ? now : Number(stop));
  process.stderr.write(`\x1b]9;${stop}\x07`);
  await goOn();
}
clearInterval(alive);
await playUpTo(Infinity);
await view.close();
const width = process.stdout.columns;
const argv = ['fastboot', 'apply', 'inventory.yaml'];
process.stdout.write(`\n${formatRecap(recorder.record(), style, { width, argv, wrapped: true })}`);
