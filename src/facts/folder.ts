/** What is in a folder that a mount would hide. */
import { quoteAll } from '../shell/quote.ts';
import { FactError } from './fact.ts';
import functions from './folder.sh';
import { defineFact } from './query.ts';

export interface FolderState {
  /** `mounted`: something is mounted there, so it was not looked at. `remote`: it is on a network mount. */
  readonly kind: 'mounted' | 'remote' | 'directory' | 'link' | 'other' | 'absent';
  /** The path as the mount table has it: symbolic links followed, except in its last part. */
  readonly real: string;
  readonly total: number;
  /** The first thousand names, with those that begin with a dot. */
  readonly entries: readonly string[];
}

/** So many names are read. It matters only whether there are any, and which ones to show. */
const MAX_NAMES = 1000;

/** The entries of a folder, unless something is mounted there. Never waits for a network mount (docs/facts.md#fact-24). */
export const folder = defineFact<{ readonly path: string }, FolderState>({
  name: 'folder',
  script: (questions) => `${functions}
list_folders ${MAX_NAMES} ${quoteAll(questions.map((question) => question.path))}`,
  parse: (frames, questions) =>
    questions.map(({ path }, index) => {
      const frame = frames[index];
      const kind = frame?.head[1];
      if (frame === undefined || !isKind(kind)) throw new FactError(`no answer about the folder ${path}`);
      const [real = path, ...rest] = frame.body.split('\0');
      return { kind, real, total: Number(rest.at(-1)), entries: rest.slice(0, -1) };
    }),
});

const KINDS = ['mounted', 'remote', 'directory', 'link', 'other', 'absent'] as const;

function isKind(word: string | undefined): word is FolderState['kind'] {
  return KINDS.some((kind) => kind === word);
}
