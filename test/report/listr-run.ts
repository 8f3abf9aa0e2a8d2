// Plays a run on standard error as fastboot would: `listr-run.ts COMPUTES SECONDS [interrupt|exit]`.
import { setTimeout as sleep } from 'node:timers/promises';
import { createListrView } from '../../src/report/progress-listr.ts';
import { createStyle } from '../../src/report/style.ts';
import { runStory } from './story.ts';

const [computes = '3', seconds = '2', mode = ''] = process.argv.slice(2);
const style = createStyle({ color: 'never', streamHasColors: true, unicode: true });
const view = await createListrView({ stream: process.stderr, style });
const story = runStory(Number(computes), Number(seconds));
const started = performance.now();
const interrupt = new AbortController();
process.on('SIGINT', () => {
  if (mode === 'exit') process.exit(130);
  interrupt.abort();
});
for (const event of story) {
  await sleep(event.at * 1000 - (performance.now() - started));
  if (interrupt.signal.aborted) break;
  view.handle(event);
  // a question or a result between two phases
  if (event.type === 'phase.done') {
    await view.flush();
    process.stdout.write(`-- after ${event.phase}\n`);
  }
}
if (interrupt.signal.aborted) view.handle({ at: Number(seconds) / 2, type: 'interrupted', signal: 'SIGINT' });
await view.close();
const { user, system } = process.cpuUsage();
process.stdout.write(`cpu ${(user + system) / 1e6}\n`);
