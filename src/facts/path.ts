import { quoteAll } from '../shell/quote.ts';
import { FactError } from './fact.ts';
import { defineFact } from './query.ts';

/** What a path is, without following a symbolic link at its end. */
export type PathState =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'file' | 'directory' | 'link' | 'other';
      /** Permission bits as four octal digits. */
      readonly mode: string;
      readonly uid: number;
      readonly gid: number;
      /** Names as the host knows them; `UNKNOWN` where it has none. */
      readonly owner: string;
      readonly group: string;
      readonly size: number;
      /** Of a symbolic link. */
      readonly target?: string;
    };

const KINDS: Readonly<Record<number, 'file' | 'directory' | 'link'>> = { 0x8: 'file', 0x4: 'directory', 0xa: 'link' };

/** What is at a path. Not for paths on a network mount, where `stat` may hang (fact 24). */
export const path = defineFact<{ readonly path: string }, PathState>({
  name: 'path',
  script: (questions) => {
    const words = quoteAll(questions.map((question) => question.path));
    return `fb path
stat -c '%f %u %g %U %G %s %n' ${words}
for p in ${words}; do if [ -L "$p" ]; then fb path "$p"; readlink "$p"; fi; done`;
  },
  parse: ([list, ...links], questions) => {
    if (list === undefined) throw new FactError('no answer about paths');
    const found = new Map<string, PathState>();
    for (const line of list.body.split('\n').filter((text) => text !== '')) {
      const match = /^([0-9a-f]+) (\d+) (\d+) (\S+) (\S+) (\d+) (.+)$/.exec(line);
      if (match === null) throw new FactError(`not an answer of stat: ${line}`);
      const [, raw = '', uid = '', gid = '', owner = '', group = '', size = '', name = ''] = match;
      const bits = parseInt(raw, 16);
      const target = links.find((link) => link.head.slice(1).join(' ') === name)?.body.replace(/\n$/, '');
      found.set(name, {
        kind: KINDS[bits >> 12] ?? 'other',
        mode: (bits & 0o7777).toString(8).padStart(4, '0'),
        uid: Number(uid),
        gid: Number(gid),
        owner,
        group,
        size: Number(size),
        ...(target === undefined ? {} : { target }),
      });
    }
    return questions.map((question) => found.get(question.path) ?? { kind: 'absent' });
  },
});
