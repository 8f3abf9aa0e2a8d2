/** The symbolic links of a folder. */
import { quote } from '../shell/quote.ts';
import { defineFact } from './query.ts';

/** The names of symbolic links in a folder, at most `limit`. */
export const folderLinks = defineFact<{ readonly path: string; readonly limit: number }, readonly string[]>({
  name: 'folder-links',
  script: (questions) =>
    questions
      .map(
        ({ path, limit }) => `fb folder-links
if ! is_remote ${quote(path)} && cd -P -- ${quote(path)} && ! is_remote "$PWD"; then
  find . ! -name . -prune -type l -print0 | tr '\\n\\0' '?\\n' | head -n ${limit}
fi`,
      )
      .join('\n'),
  parse: (frames, questions) =>
    questions.map((_, index) =>
      (frames[index]?.body ?? '').split('\n').flatMap((line) => (line === '' ? [] : [line.slice(2)])),
    ),
});
