import { quote } from '../shell/quote.ts';
import { defineFact } from './query.ts';

/** One entry of a local `_base`. */
export interface BaseFile {
  readonly name: string;
  readonly size: number;
  readonly uid: number;
  readonly gid: number;
  readonly mode: string;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly inode: number;
  readonly directory: boolean;
}

/** What a compute node has in its own `_base`. */
export interface BaseFiles {
  /**
   * `mounted`: a network file system is mounted over it, and `files` are those below the mount; `remote`: all of Nova's
   * folder is on a network mount, so nothing was looked at.
   */
  readonly kind: 'absent' | 'folder' | 'mounted' | 'remote';
  /** Where `_base` really is, symbolic links followed; null where Nova's folder is missing or was not looked at. */
  readonly real: string | null;
  readonly files: readonly BaseFile[];
  /** Whether `files` are all there are. */
  readonly complete: boolean;
}

/** About 10,000 entries. */
const LIMIT = 1_000_000;

/**
 * Every record ends with `//` and a newline, which no name can hold, however hostile (`//` stands in none, and
 * `find` puts `./` before each).
 */
export const LIST_FOLDER = `cd -P -- "$1" || exit
found=
for f in * .[!.]* ..?*; do if [ -e "$f" ] || [ -L "$f" ]; then found=yes; break; fi; done
if [ -n "$found" ]; then
  find . ! -name . -prune -print0 | xargs -0 stat -c '%f %s %u %g %Y %i %n//' | head -c ${LIMIT}
fi
echo end`;

/** Shows what lies below a mount: in a mount namespace of its own, so that nothing changes for the host. */
const LIST_HIDDEN = `mount -n --bind "$1" "$1" && cd -P -- "$1" || exit
shift
[ -d _base ] || { echo end; exit; }
set -- "$PWD/_base"
${LIST_FOLDER}`;

/** The entries of `_base` in Nova's folder of instances; never touches a network mount (fact 24). */
export const baseFiles = defineFact<{ readonly instances: string }, BaseFiles>({
  name: 'base-files',
  script: (questions) =>
    [
      `look() {
  if is_remote "$1"; then fb base-files remote; return; fi
  cd -P -- "$1" || { fb base-files absent; return; }
  base=\${PWD%/}/_base
  if is_remote "$base"; then
    fb base-files mounted "$base"
    timeout 10 unshare -m sh -c ${quote(LIST_HIDDEN)} sh "$PWD"
  elif [ -d "$base" ] && cd -P -- "$base"; then
    if is_remote "$PWD"; then fb base-files mounted "$PWD"; return; fi
    fb base-files folder "$PWD"
    (set -- .; ${LIST_FOLDER})
  else
    fb base-files absent "$base"
  fi
}`,
      ...questions.map(({ instances }) => `look ${quote(instances)}`),
    ].join('\n'),
  parse: (frames, questions) => questions.map((_, index) => parseBase(frames[index])),
});

function parseBase(frame: { head: readonly string[]; body: string } | undefined): BaseFiles {
  const [, word, ...path] = frame?.head ?? [];
  const real = path.length === 0 ? null : path.join(' ');
  if (word === 'absent') return { kind: 'absent', real, files: [], complete: true };
  if (word !== 'folder' && word !== 'mounted') return { kind: 'remote', real, files: [], complete: false };
  const body = frame?.body ?? '';
  return { kind: word, real, ...readListing(body) };
}

/** What `LIST_FOLDER` prints, and whether that is all. */
export function readListing(body: string): Pick<BaseFiles, 'files' | 'complete'> {
  const files = body.split('//\n').flatMap(parseFile);
  return { files, complete: body.endsWith('end\n') && body.length < LIMIT };
}

function parseFile(record: string): readonly BaseFile[] {
  const match = /^([0-9a-f]+) (\d+) (\d+) (\d+) (\d+) (\d+) \.\/(.+)$/s.exec(record);
  if (match === null) return [];
  const [, raw = '', size, uid, gid, mtime, inode, name = ''] = match;
  const bits = parseInt(raw, 16);
  return [
    {
      name,
      size: Number(size),
      uid: Number(uid),
      gid: Number(gid),
      mode: (bits & 0o7777).toString(8).padStart(4, '0'),
      mtime: Number(mtime),
      inode: Number(inode),
      directory: bits >> 12 === 4,
    },
  ];
}
