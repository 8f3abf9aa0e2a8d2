import { createHash } from 'node:crypto';
import type { JsonObject } from '../../core/json.ts';
import type { CronLine, Linkers } from '../../facts/image-linkers.ts';
import type { Finding } from '../../core/finding.ts';
import { encodeBytes } from '../../core/bytes.ts';
import { reporters } from '../checks/check.ts';

/** Lines of one crontab that are to be commented out. */
export interface CronTakeover extends JsonObject {
  readonly path: string;
  /** SHA-256 of each line, because its text may hold secrets. */
  readonly lines: readonly string[];
  readonly reason: string;
}

/** The script of the recipe that clouds of this kind were made by. */
const RECIPE = 'ln_all_images.py';

/**
 * The cron jobs that link images into the cache. Two linkers with different rules publish what is not whole yet (fact 7):
 * those that are there go before link-sync starts.
 */
export function cronTakeovers({ cron, scripts }: Linkers, cache: string): readonly CronTakeover[] {
  const found = cron.flatMap((line) => {
    const what = linkerOf(line, scripts, cache);
    return what === undefined ? [] : [{ ...line, what }];
  });
  const files = [...new Set(found.map(({ file }) => file))];
  return files.map((path) => {
    const own = found.filter(({ file }) => file === path);
    const numbers = own.map(({ line }) => line).join(', ');
    const what = [...new Set(own.map((line) => line.what))].join(', ');
    return {
      path,
      lines: [...new Set(own.map(({ text }) => lineSum(text)))],
      reason: `${own.length === 1 ? `line ${numbers} runs` : `lines ${numbers} run`} ${what}, which links images by other rules than link-sync`,
    };
  });
}

/** What a cron job runs, if it links images; undefined otherwise. */
function linkerOf({ text }: CronLine, scripts: readonly string[], cache: string): string | undefined {
  const words = text.split(/[\s;&|()<>"']+/);
  const script = words.find((word) => scripts.includes(word) || word.split('/').at(-1) === RECIPE);
  if (script !== undefined) return script;
  return /(^|[^\w])ln\s/.test(text) && text.includes(cache) ? 'ln' : undefined;
}

/** How `comment_out` knows a line. */
function lineSum(text: string): string {
  return createHash('sha256').update(encodeBytes(text)).digest('hex');
}

/** Says of a linker that runs just now that it is left to end. */
export function linkerChecks(host: string, { running }: Linkers): readonly Finding[] {
  if (running.length === 0) return [];
  return [
    reporters(host).warning(
      'linkers',
      `${running.join(', ')} runs now, which links images by other rules than link-sync`,
      'one that cron has started ends by itself; one that stays (a loop, a service) has to be stopped by hand',
    ),
  ];
}
