/** glance-api on a host. */
import { KOLLA_GLANCE_FOLDER } from '../core/host-paths.ts';
import type { JsonObject } from '../core/json.ts';
import { configPatterns, GLANCE_PLACES } from '../formats/oslo-config.ts';
import { osloScript, parseOslo, unitsAsked } from './oslo-service.ts';
import type { OsloService } from './oslo-service.ts';
import { defineFact } from './query.ts';

/** How glance-api is run and configured on a host. */
export interface Glance extends OsloService {
  /** Configuration files of a web server that are named after Glance: the web server may run it. */
  readonly web: readonly string[];
}

const OPTIONS = [
  'enabled_backends',
  'default_backend',
  'stores',
  'default_store',
  'filesystem_store_datadir',
  'filesystem_store_datadirs',
];

/** Its units, arguments and settings, and whether a web server seems to run it. */
export const glance = defineFact<JsonObject & { readonly units: readonly string[] }, Glance>({
  name: 'glance',
  script: (questions) => `${osloScript({
    fact: 'glance',
    units: unitsAsked(questions),
    files: configPatterns(GLANCE_PLACES),
    options: OPTIONS,
    kolla: KOLLA_GLANCE_FOLDER,
  })}
fb glance web
for f in /etc/apache2/sites-enabled/*glance* /etc/httpd/conf.d/*glance* /etc/nginx/sites-enabled/*glance*; do
  if [ -e "$f" ]; then printf '%s\\n' "$f"; fi
done`,
  parse: (frames, questions) => {
    const asked = unitsAsked(questions);
    const web = frames.find(({ head }) => head[1] === 'web')?.body.split('\n') ?? [];
    return questions.map(({ units }) => ({
      ...parseOslo(frames, asked, units),
      web: web.filter((line) => line !== ''),
    }));
  },
});
