// Draws the middle of a run of 300 compute nodes on this terminal as it happens, and says what share of a core that cost:
// `drawing.ts SECONDS`. The events are those of a run of one minute, one after the other at their times.
import { setTimeout as sleep } from 'node:timers/promises';
import { createListrView } from '../../../src/report/progress/listr.ts';
import { createStyle } from '../../../src/report/terminal/style.ts';
import { SECONDS, runStory } from './story.ts';

const FROM = 30;
const WARM_UP = 1;
const seconds = Number(process.argv[2]);
const style = createStyle({ color: 'always', streamHasColors: true, unicode: true });
const view = await createListrView({ stream: process.stderr, style });
const story = runStory(300, SECONDS);
const before = story.filter(({ at }) => at < FROM);
const during = story.filter(({ at }) => at >= FROM && at < FROM + WARM_UP + seconds);
for (const event of before) {
  view.handle(event);
  if (event.type === 'phase.done') await view.flush();
}
const started = performance.now();
let cpu = process.cpuUsage();
let from = started;
let warm = false;
for (const event of during) {
  if (!warm && event.at >= FROM + WARM_UP) {
    [cpu, from, warm] = [process.cpuUsage(), performance.now(), true];
  }
  await sleep((event.at - FROM) * 1000 - (performance.now() - started));
  view.handle(event);
}
const { user, system } = process.cpuUsage(cpu);
const percent = (user + system) / 10 / (performance.now() - from);
await view.close();
process.stdout.write(`\x1b]9;${during.length} events, ${percent.toFixed(2)} % of a core\x07`);
