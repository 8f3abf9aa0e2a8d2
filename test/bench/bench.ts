import { openFleet } from '../fleet/fleet.ts';
import { measure, median, subjects } from './measure.ts';
import type { Measured, Subject } from './measure.ts';

/**
 * `npm run bench -- 10 50`: fastboot beside the floor on fleets of these sizes, in rounds by turns, as a Markdown table of medians.
 * Hosts and fastboot share this machine's cores, and there is no network between them: look at the ratios.
 */

const ROUNDS = 5;

const sizes = process.argv.slice(2).map(Number);
if (sizes.length === 0 || sizes.some((size) => !Number.isInteger(size) || size < 1)) {
  console.error('usage: npm run bench -- HOSTS…    such as: npm run bench -- 10 50');
  process.exit(1);
}

const fleet = await openFleet(Math.max(...sizes));
try {
  console.log(
    '| hosts | what | median s | fastest | slowest | × floor | MiB |\n| ---: | --- | ---: | ---: | ---: | ---: | ---: |',
  );
  for (const size of sizes) await compare(size);
} finally {
  await fleet.close();
}

async function compare(size: number): Promise<void> {
  const results = new Map<Subject, Measured[]>(subjects.map((subject) => [subject, []]));
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const [subject, measured] of results) {
      measured.push(await measure(fleet, fleet.hosts.slice(0, size), subject));
      process.stderr.write(
        `${size} hosts, round ${round}, ${subject}: ${measured.at(-1)?.seconds.toFixed(2) ?? ''} s\n`,
      );
    }
  }
  const seconds = (subject: Subject): readonly number[] =>
    results.get(subject)?.map((each) => each.seconds) ?? [];
  const floor = median(seconds('floor'));
  for (const [subject, measured] of results) {
    const all = seconds(subject);
    const numbers = [median(all), Math.min(...all), Math.max(...all), median(all) / floor].map((number) =>
      number.toFixed(2),
    );
    const memory = Math.max(...measured.map((each) => each.memory));
    console.log(`| ${[size, subject, ...numbers, memory === 0 ? '' : memory.toFixed(0)].join(' | ')} |`);
  }
}
