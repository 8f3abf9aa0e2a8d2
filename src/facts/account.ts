/** Users and groups of a host. */
import { quote, quoteAll } from '../shell/quote.ts';
import type { Frame } from '../shell/frame.ts';
import { defineFact } from './query.ts';

/** A user as the host's name service knows it, getent(1); null where there is none. */
export type UserState = null | {
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
  /** The names of all its groups, with the primary one. */
  readonly groups: readonly string[];
};

/** Users by name. */
export const user = defineFact<{ readonly name: string }, UserState>({
  name: 'user',
  script: (questions) => {
    const names = questions.map((question) => question.name);
    return `fb user passwd
getent passwd ${quoteAll(names)}
for u in ${names.map(quote).join(' ')}; do fb user groups "$u"; id -nG -- "$u"; done`;
  },
  parse: (frames, questions) => {
    const entries = records(frames, 'passwd');
    return questions.map(({ name }) => {
      const entry = entries.get(name);
      if (entry === undefined) return null;
      const groups = frames.find(({ head }) => head[1] === 'groups' && head[2] === name)?.body ?? '';
      const [, , uid, gid, , home = '', shell = ''] = entry;
      return { uid: Number(uid), gid: Number(gid), home, shell, groups: groups.trim().split(/\s+/) };
    });
  },
});

/** A group as the host's name service knows it; null where there is none. */
export type GroupState = null | { readonly gid: number };

/** Groups by name. */
export const group = defineFact<{ readonly name: string }, GroupState>({
  name: 'group',
  script: (questions) => `fb group group
getent group ${quoteAll(questions.map((question) => question.name))}`,
  parse: (frames, questions) => {
    const entries = records(frames, 'group');
    return questions.map(({ name }) => {
      const entry = entries.get(name);
      return entry === undefined ? null : { gid: Number(entry[2]) };
    });
  },
});

/** The lines of a database of the name service by name: passwd(5), group(5). */
function records(frames: readonly Frame[], database: string): Map<string, string[]> {
  const lines = frames.find(({ head }) => head[1] === database)?.body.split('\n') ?? [];
  return new Map(
    lines.filter((line) => line !== '').map((line) => [line.split(':')[0] ?? '', line.split(':')]),
  );
}
