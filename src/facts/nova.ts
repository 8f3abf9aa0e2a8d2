/** nova-compute on a host. */
import type { JsonObject } from '../core/json.ts';
import { configPatterns, NOVA_PLACES } from '../formats/oslo-config.ts';
import { defineFact } from './query.ts';
import { optionsFilter, osloScript, parseOslo, unitsAsked } from './oslo-service.ts';
import type { OsloService } from './oslo-service.ts';

export { parseConfigFiles } from './oslo-service.ts';
export type { OsloUnit as NovaUnit } from './oslo-service.ts';

/** How nova-compute is run and configured on a host. */
export type Nova = Omit<OsloService, 'kolla'>;

const OPTIONS = [
  'remove_unused_base_images',
  'subdirectory_name',
  'image_cache_subdirectory_name',
  'base_dir_name',
  'instances_path',
  'state_path',
  'images_type',
  'use_cow_images',
  'force_raw_images',
];

/** An awk program, see `optionsFilter`, for the options of nova-compute. */
export const NOVA_OPTIONS_FILTER = optionsFilter(OPTIONS);

/**
 * Its units, arguments and settings. The files are the default ones of Debian and RDO, and those that the command line
 * names (docs/facts.md#fact-17).
 */
export const nova = defineFact<JsonObject & { readonly units: readonly string[] }, Nova>({
  name: 'nova',
  script: (questions) =>
    osloScript({
      fact: 'nova',
      units: unitsAsked(questions),
      files: configPatterns(NOVA_PLACES),
      options: OPTIONS,
    }),
  parse: (frames, questions) => {
    const asked = unitsAsked(questions);
    return questions.map(({ units }) => {
      const { units: found, running, files } = parseOslo(frames, asked, units);
      return { units: found, running, files };
    });
  },
});
