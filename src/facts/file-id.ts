/** Which file a path leads to, whatever its name. */
import { quoteAll } from '../shell/quote.ts';
import functions from './file-id.sh';
import type { FileId } from './open-files.ts';
import { defineFact } from './query.ts';

/** The file that a path leads to. `real` is the path with all symbolic links followed. */
export type FoundFile =
  | { readonly kind: 'file'; readonly id: FileId; readonly real: string }
  /** It is on a network mount, so it was not read. */
  | { readonly kind: 'remote'; readonly real: string }
  | { readonly kind: 'absent' }
  /** It did not answer. */
  | { readonly kind: 'unread' };

export const fileId = defineFact<{ readonly path: string }, FoundFile>({
  name: 'file-id',
  script: (questions) => `${functions}\nfind_files ${quoteAll(questions.map(({ path }) => path))}`,
  parse: (frames, questions) => questions.map((_, index) => parseFound(frames[index]?.body ?? '')),
});

function parseFound(body: string): FoundFile {
  const file = /^file (\d+) (\d+) (\/.*)\n$/s.exec(body);
  if (file !== null)
    return {
      kind: 'file',
      id: `${file[1] ?? ''}:${file[2] ?? ''}`,
      real: file[3] ?? '',
    };
  const remote = /^remote (\/.*)\n$/s.exec(body);
  if (remote !== null) return { kind: 'remote', real: remote[1] ?? '' };
  return { kind: body === 'absent\n' ? 'absent' : 'unread' };
}
