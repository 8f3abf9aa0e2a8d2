/** The mount table of a host. */
import { FactError } from './fact.ts';
import { parseMountinfo } from '../formats/mountinfo.ts';
import type { Mount } from '../formats/mountinfo.ts';
import { defineFact } from './query.ts';

/** Everything that is mounted. The query script has read the table already, see mount-guard.sh. */
export const mounts = defineFact<Readonly<Record<string, never>>, readonly Mount[]>({
  name: 'mounts',
  script: () => `fb mounts
printf '%s\\n' "$mountinfo"`,
  parse: ([frame], questions) => {
    if (frame === undefined) throw new FactError('no answer about mounts');
    const all = parseMountinfo(frame.body);
    if (!all.ok) throw new FactError(`expected a line of mountinfo, got: ${all.error}`);
    return questions.map(() => all.value);
  },
});
