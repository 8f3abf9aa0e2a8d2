import type { Frame } from '../shell/frame.ts';
import { quote } from '../shell/quote.ts';
import { defineFact } from './query.ts';

/** A process that has files below the folder open, or was started with them. */
export interface FileUser {
  readonly pid: number;
  readonly command: string;
  /** Absolute, as the kernel or the process names them, each once. */
  readonly paths: readonly string[];
}

/** Who uses what below a folder. */
export interface OpenFiles {
  readonly users: readonly FileUser[];
  /** Programs of QEMU that did not let themselves be looked at. */
  readonly hidden: readonly { readonly pid: number; readonly command: string }[];
  readonly complete: boolean;
}

/** About 50,000 open files. */
const LIMIT = 8_000_000;

/**
 * What running processes have open below Nova's folder (its `_base` may be a link to elsewhere), and the paths there that stand in their command lines (`-drive`,
 * `-blockdev`). Only these paths, process ids and names leave the host, because command lines hold secrets. Nothing but
 * /proc is looked at, so that no network mount is touched. The pattern begins with a bracket, so that `grep` does not
 * find itself.
 */
export const openFiles = defineFact<{ readonly folder: string }, OpenFiles>({
  name: 'open-files',
  script: (questions) =>
    [
      `words() {
  pattern=$(printf %s "\${1#/}" | sed 's/[^A-Za-z0-9_/-]/[&]/g; s/\\[^]/\\\\^/g')
  grep -aoszH -e "[/]$pattern/[^\\"',]*" /proc/[0-9]*/cmdline | tr '\\0\\n' '\\n?' | head -c ${LIMIT}
}
opened() {
  fb open-files names
  if ! is_remote "$1" && ! [ -d "$1" ]; then fb open-files end; return; fi
  real=$1
  if ! is_remote "$1" && cd -P -- "$1"; then real=$PWD; fi
  base=$real/_base
  if [ -L "$base" ] && ! is_remote "$base" && cd -P -- "$base"; then base=$PWD; fi
  grep -s . /proc/[0-9]*/comm
  fb open-files links
  ls -l /proc/[0-9]*/fd | awk -v real="$real/" -v asked="$1/" -v base="$base/" '
    /^\\/proc\\/[0-9]+\\/fd:$/ { process = $0; sub(/fd:$/, "", process); seen = 0; next }
    /^l/ {
      at = index($0, " -> ")
      path = substr($0, at + 4)
      if (at == 0) { if (!seen++) print process ":" }
      else if (index(path, real) == 1 || index(path, asked) == 1 || index(path, base) == 1) print process ":" path
    }' | head -c ${LIMIT}
  fb open-files words
  words "$1"
  if [ "$real" != "$1" ]; then words "$real"; fi
  case $base in "$real"/*) ;; *) words "$base" ;; esac
  fb open-files end
}`,
      ...questions.map(({ folder }) => `(opened ${quote(folder)})`),
    ].join('\n'),
  parse: (frames, questions) => {
    const starts = frames.flatMap(({ head }, index) => (head[1] === 'names' ? [index] : []));
    return questions.map((_, index) => parseUsers(frames.slice(starts[index], starts[index + 1])));
  },
});

function parseUsers(frames: readonly Frame[]): OpenFiles {
  const lines = (part: string) =>
    (frames.find(({ head }) => head[1] === part)?.body ?? '').split('\n').flatMap(parseLine);
  const names = new Map(lines('names'));
  const paths = new Map<number, Set<string>>();
  const blind = new Set<number>();
  for (const [pid, path] of [...lines('links'), ...lines('words')]) {
    if (path === '') blind.add(pid);
    else paths.set(pid, (paths.get(pid) ?? new Set()).add(path));
  }
  const command = (pid: number) => names.get(pid) ?? 'unknown';
  return {
    users: [...paths].map(([pid, own]) => ({ pid, command: command(pid), paths: [...own].sort() })),
    hidden: [...blind]
      .map((pid) => ({ pid, command: command(pid) }))
      .filter((each) => /^(qemu|kvm)/.test(each.command)),
    complete: frames.some(({ head }) => head[1] === 'end') && frames.every(({ body }) => body.length < LIMIT),
  };
}

/** `/proc/PID/…:TEXT`. */
function parseLine(line: string): readonly (readonly [number, string])[] {
  const match = /^\/proc\/(\d+)\/[^:]*:(.*)$/.exec(line);
  return match === null ? [] : [[Number(match[1]), match[2] ?? '']];
}
