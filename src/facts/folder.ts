import { quoteAll } from '../shell/quote.ts';
import { FactError } from './fact.ts';
import { defineFact } from './query.ts';

/** What lies in a folder that something may be mounted over. */
export interface FolderState {
  /** `mounted`: something is mounted there, so it was not looked at; `remote`: it lies below a network mount. */
  readonly kind: 'mounted' | 'remote' | 'directory' | 'link' | 'other' | 'absent';
  /** The path as the mount table would name it: symbolic links above its last part followed. */
  readonly real: string;
  readonly total: number;
  /** The first thousand names, hidden ones too. */
  readonly entries: readonly string[];
}

const SHOWN = 1000;

/** A folder's entries, unless something is mounted there; never waits for a network mount (fact 24). */
export const folder = defineFact<{ readonly path: string }, FolderState>({
  name: 'folder',
  script: (questions) => `for p in ${quoteAll(questions.map((question) => question.path))}; do
  real=$p
  if ! is_far "\${p%/*}" && cd -P -- "\${p%/*}/"; then real=\${PWD%/}/\${p##*/}; fi
  if is_mounted "$real"; then kind=mounted
  elif is_far "$real"; then kind=remote
  elif [ -L "$real" ]; then kind=link
  elif [ -d "$real" ]; then kind=directory
  elif [ -e "$real" ]; then kind=other
  else kind=absent
  fi
  fb folder $kind
  printf '%s\\0' "$real"
  total=0
  if [ $kind = directory ]; then
    for entry in "$real"/.[!.]* "$real"/..?* "$real"/*; do
      if ! [ -e "$entry" ] && ! [ -L "$entry" ]; then continue; fi
      total=$((total + 1))
      if [ $total -le ${SHOWN} ]; then printf '%s\\0' "\${entry##*/}"; fi
    done
  fi
  printf %s $total
done`,
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
