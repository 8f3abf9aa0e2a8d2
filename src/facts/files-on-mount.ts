/** Whether files can be seen in a folder that may be a network mount. */
import { quote, quoteAll } from '../shell/quote.ts';
import { defineFact } from './query.ts';

export interface FilesOnMount {
  /** Whether the folder answered in time. */
  readonly answered: boolean;
  /** The names that were not found. */
  readonly missing: readonly string[];
}

const LOOK = `cd -- "$1" || exit
shift
for name; do [ -e "$name" ] || printf '%s\\n' "$name"; done
echo end`;

/**
 * Which of these names are missing in a folder. It is the only fact that looks at a network mount. That may hang
 * (docs/facts.md#fact-24), so it is ended after 20 s. Names are looked up one by one, because the mount may show an old
 * list of the folder for a minute.
 */
export const filesOnMount = defineFact<
  { readonly path: string; readonly names: readonly string[] },
  FilesOnMount
>({
  name: 'visible',
  script: (questions) =>
    questions
      .map(
        ({ path, names }) =>
          `fb visible\ntimeout -s KILL 20 sh -c ${quote(LOOK)} sh ${quoteAll([path, ...names])}`,
      )
      .join('\n'),
  parse: (frames, questions) =>
    questions.map((_, index) => {
      const lines = (frames[index]?.body ?? '').split('\n').filter((line) => line !== '');
      return { answered: lines.at(-1) === 'end', missing: lines.slice(0, -1) };
    }),
});

/** The first names of base files, which have 40 hexadecimal digits, in a folder that is on no network mount. */
export const baseNames = defineFact<{ readonly path: string; readonly limit: number }, readonly string[]>({
  name: 'base-names',
  script: (questions) =>
    questions
      .map(
        ({ path, limit }) => `fb base-names
if ! is_remote ${quote(path)} && cd -- ${quote(path)}; then
  find . ! -name . -prune -type f -print0 | tr '\\n\\0' '?\\n' | grep -x '\\./[0-9a-f]\\{40\\}' | head -n ${limit}
fi`,
      )
      .join('\n'),
  parse: (frames, questions) =>
    questions.map((_, index) =>
      (frames[index]?.body ?? '').split('\n').flatMap((line) => (line === '' ? [] : [line.slice(2)])),
    ),
});
