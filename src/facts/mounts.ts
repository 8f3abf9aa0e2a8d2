import { FactError } from './fact.ts';
import { parseMountinfo } from '../formats/mountinfo.ts';
import type { Mount } from '../formats/mountinfo.ts';
import { defineFact } from './query.ts';

/** Everything that is mounted, from the table that the query script has read anyway. */
export const mounts = defineFact<Readonly<Record<string, never>>, readonly Mount[]>({
  name: 'mounts',
  script: () => `fb mounts
printf '%s\\n' "$mountinfo"`,
  parse: ([frame], questions) => {
    if (frame === undefined) throw new FactError('no answer about mounts');
    const all = parseMountinfo(frame.body);
    if (!all.ok) throw new FactError(`not a line of mountinfo: ${all.error}`);
    return questions.map(() => all.value);
  },
});
