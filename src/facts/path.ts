/** What is at a path of a host. */
import { quoteAll } from '../shell/quote.ts';
import { FactError } from './fact.ts';
import { defineFact } from './query.ts';

/** What a path is, without following a symbolic link at its end. */
export type PathState =
  | { readonly kind: 'absent' }
  /** On a network mount: it was not looked at, because that may hang (docs/facts.md#fact-24). */
  | { readonly kind: 'remote' }
  | PresentPath;

export interface PresentPath {
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  /** Permission bits as four octal digits. */
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  /** The names of the owners on the host; `UNKNOWN` where it has none for the number. */
  readonly owner: string;
  readonly group: string;
  /** In bytes. */
  readonly size: number;
  /** Where a symbolic link leads to, as it is written. */
  readonly target?: string;
}

const KINDS: Readonly<Record<number, 'file' | 'directory' | 'link'>> = {
  0x8: 'file',
  0x4: 'directory',
  0xa: 'link',
};

export const path = defineFact<{ readonly path: string }, PathState>({
  name: 'path',
  script: (questions) => `set --
for p in ${quoteAll(questions.map((question) => question.path))}; do
  if is_remote "$p"; then fb path remote "$p"; else set -- "$@" "$p"; fi
done
fb path list
if [ $# -gt 0 ]; then stat -c '%f %u %g %U %G %s %n' "$@"; fi
for p; do if [ -L "$p" ]; then fb path link "$p"; readlink "$p"; fi; done`,
  parse: (frames, questions) => {
    const list = frames.find((frame) => frame.head[1] === 'list');
    if (list === undefined) throw new FactError('no answer about paths');
    const found = new Map<string, PathState>();
    for (const line of list.body.split('\n').filter((text) => text !== '')) {
      const [name, state] = parseStat(line);
      found.set(name, state);
    }
    for (const { head, body } of frames) {
      const name = head.slice(2).join(' ');
      const state = found.get(name);
      if (head[1] === 'remote') found.set(name, { kind: 'remote' });
      if (head[1] === 'link' && state?.kind === 'link') {
        found.set(name, { ...state, target: body.replace(/\n$/, '') });
      }
    }
    return questions.map((question) => found.get(question.path) ?? { kind: 'absent' });
  },
});

function parseStat(line: string): [string, PresentPath] {
  const match = /^([0-9a-f]+) (\d+) (\d+) (\S+) (\S+) (\d+) (.+)$/.exec(line);
  if (match === null) throw new FactError(`expected an answer of stat, got: ${line}`);
  const [, raw = '', uid = '', gid = '', owner = '', group = '', size = '', name = ''] = match;
  const bits = parseInt(raw, 16);
  const state: PresentPath = {
    kind: KINDS[bits >> 12] ?? 'other',
    mode: (bits & 0o7777).toString(8).padStart(4, '0'),
    uid: Number(uid),
    gid: Number(gid),
    owner,
    group,
    size: Number(size),
  };
  return [name, state];
}
