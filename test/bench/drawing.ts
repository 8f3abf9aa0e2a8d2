// Draws a run of 300 compute nodes on this terminal at its real speed, from its 30th second on. Then it says what share of a
// core the drawing took: `npm run bench:drawing -- SECONDS`.
import { setTimeout as sleep } from 'node:timers/promises';
import { createListrView } from '../../src/report/progress/listr.ts';
import { createStyle } from '../../src/report/terminal/style.ts';
import { SECONDS, runStory } from '../report/progress/story.ts';

const START_AT_S = 30;
const WARM_UP_S = 1;
const seconds = Number(process.argv[2] ?? 10);
const style = createStyle({ color: 'always', streamHasColors: true, unicode: true });
const view = await createListrView({ stream: process.stderr, style });
const story = runStory(300, SECONDS);
const before = story.filter(({ at }) => at < START_AT_S);
const during = story.filter(({ at }) => at >= START_AT_S && at < START_AT_S + WARM_UP_S + seconds);
for (const event of before) {
  view.handle(event);
  if (event.type === 'phase.done') await view.flush();
}
const started = performance.now();
let cpu = process.cpuUsage();
let measuredFrom = started;
let isWarm = false;
for (const event of during) {
  if (!isWarm && event.at >= START_AT_S + WARM_UP_S) {
    [cpu, measuredFrom, isWarm] = [process.cpuUsage(), performance.now(), true];
  }
  await sleep((event.at - START_AT_S) * 1000 - (performance.now() - started));
  view.handle(event);
}
const { user, system } = process.cpuUsage(cpu);
const percent = (user + system) / 10 / (performance.now() - measuredFrom);
await view.close();
process.stdout.write(`${during.length} events: ${percent.toFixed(2)} % of a core\n`);
