/** Cron jobs on the backend that link images beside link-sync. */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../core/json.ts';
import type { CronLine, ImageLinkers } from '../../facts/image-linkers.ts';
import { encodeBytes } from '../../core/bytes.ts';

/** Lines of one crontab that are to be commented out. */
export interface CronLinker extends JsonObject {
  readonly path: string;
  /** The SHA-256 of each line: its text may contain secrets, so it is not in the plan. */
  readonly lines: readonly string[];
  readonly reason: string;
}

/** The script of the recipe by which such pools were set up by hand. */
const RECIPE_SCRIPT = 'ln_all_images.py';

/**
 * Finds the cron jobs that link images into the cache folder. They publish images that are not complete yet
 * (docs/facts.md#fact-7), so they are taken out before link-sync starts. Pure.
 */
export function findCronLinkers({ cron, scripts }: ImageLinkers, cache: string): readonly CronLinker[] {
  const found = cron.flatMap((line) => {
    const program = linkerOf(line, scripts, cache);
    return program === undefined ? [] : [{ ...line, program }];
  });
  const files = [...new Set(found.map(({ file }) => file))];
  return files.map((path) => {
    const own = found.filter(({ file }) => file === path);
    const numbers = own.map(({ line }) => line).join(', ');
    const programs = [...new Set(own.map(({ program }) => program))].join(', ');
    return {
      path,
      lines: [...new Set(own.map(({ text }) => lineSum(text)))],
      reason: `${own.length === 1 ? `line ${numbers} runs` : `lines ${numbers} run`} ${programs}, which links images by other rules than link-sync`,
    };
  });
}

/** What a cron job runs, if it links images; undefined otherwise. */
function linkerOf({ text }: CronLine, scripts: readonly string[], cache: string): string | undefined {
  const words = text.split(/[\s;&|()<>"']+/);
  const script = words.find((word) => scripts.includes(word) || word.split('/').at(-1) === RECIPE_SCRIPT);
  if (script !== undefined) return script;
  return /(^|[^\w])ln\s/.test(text) && text.includes(cache) ? 'ln' : undefined;
}

/** The resource `comment_out` knows a line by this. */
function lineSum(text: string): string {
  return createHash('sha256').update(encodeBytes(text)).digest('hex');
}
