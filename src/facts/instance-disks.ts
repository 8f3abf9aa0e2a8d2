import { encodeBytes } from '../core/bytes.ts';
import { quote } from '../shell/quote.ts';
import { readDisk } from '../formats/disk/headers.ts';
import type { DiskReading } from '../formats/disk/reading.ts';
import { defineFact } from './query.ts';

/** A regular file below Nova's folder of instances, base files included. */
export interface DiskFile {
  /** Within the folder, such as `_base/2ab…` or `UUID/disk`. */
  readonly path: string;
  readonly size: number;
  /** Null where it could not be read. */
  readonly reading: DiskReading | null;
}

/** The disks of a node's VMs. */
export interface InstanceDisks {
  /** `remote`: the folder is on a network mount, so nothing was looked at. */
  readonly kind: 'absent' | 'folder' | 'remote';
  /** Where the folder really is, symbolic links followed; null where that is not known. */
  readonly real: string | null;
  readonly files: readonly DiskFile[];
  /** What was not followed: symbolic links, devices, mounts of the network. */
  readonly skipped: readonly { readonly path: string; readonly what: string }[];
  /** Whether `files` and `skipped` are all there is. */
  readonly complete: boolean;
}

/** Enough for a header, its extensions and a backing file's name as qemu-img writes them. */
const START = 2048;

/** More files than any node has; deeper folders than Nova makes. */
const MOST_FILES = 10_000;
const DEEPEST = 6;

/**
 * Walks the folder with what the shell has built in; a program is started only for each file's first bytes. Files that
 * Nova never uses as disks are not opened. A `_base` with something of the network mounted over it is passed over.
 */
const WALK = `walk() {
  for f in "$2"/* "$2"/.[!.]* "$2"/..?*; do
    if is_remote "$here/\${f#./}"; then
      if [ "$f" != ./_base ]; then "$1" skipped "$f" 'a network mount'; fi
    elif [ -L "$f" ] && [ "$f" != ./_base ]; then "$1" skipped "$f" 'a symbolic link'
    elif [ -f "$f" ]; then "$1" file "$f"
    elif [ -d "$f" ]; then
      if [ "$3" -gt ${DEEPEST} ]; then "$1" skipped "$f" 'a folder too deep'; else walk "$1" "$f" $(($3 + 1)); fi
    elif [ -b "$f" ]; then "$1" skipped "$f" 'a device'
    fi
  done
}
name() {
  if [ $1 = file ]; then printf '%s\\0' "$2"; fi
}
start() {
  count=$((count + 1))
  if [ $count -gt ${MOST_FILES} ]; then return; fi
  if [ $1 = skipped ]; then fb instance-disks skipped; printf '%s\\0%s' "$2" "$3"; return; fi
  case \${2##*/} in "console"*.log* | disk.info | libvirt.xml) return ;; esac
  fb instance-disks file
  printf '%s\\0' "$2"
  head -c ${START} -- "$2" || fb instance-disks unread
}
look() {
  if is_remote "$1"; then fb instance-disks remote; return; fi
  cd -P -- "$1" || { fb instance-disks absent; return; }
  here=\${PWD%/} count=0
  if is_remote "$here"; then fb instance-disks remote; return; fi
  fb instance-disks folder "$PWD"
  walk name . 0 | xargs -0 stat -c '%s %n//'
  walk start . 0
  if [ $count -le ${MOST_FILES} ]; then fb instance-disks complete; fi
}`;

/** All that may be a disk below Nova's folder of instances, with its header; never touches a network mount (fact 24). */
export const instanceDisks = defineFact<{ readonly instances: string }, InstanceDisks>({
  name: 'instance-disks',
  script: (questions) => [WALK, ...questions.map(({ instances }) => `(look ${quote(instances)})`)].join('\n'),
  parse: (frames, questions) => {
    const groups: (typeof frames)[number][][] = [];
    for (const frame of frames) {
      const [, word = ''] = frame.head;
      if (['remote', 'absent', 'folder'].includes(word)) groups.push([]);
      groups.at(-1)?.push(frame);
    }
    return questions.map((_, index) => parseDisks(groups[index] ?? []));
  },
});

interface Part {
  readonly head: readonly string[];
  readonly body: string;
}

function parseDisks([first, ...rest]: readonly Part[]): InstanceDisks {
  const [, kind, ...words] = first?.head ?? [];
  if (first === undefined || kind !== 'folder')
    return {
      kind: kind === 'absent' ? 'absent' : 'remote',
      real: null,
      files: [],
      skipped: [],
      complete: kind === 'absent',
    };
  const sizes = new Map(first.body.split('//\n').flatMap(parseSize));
  const files: DiskFile[] = [];
  const skipped: { path: string; what: string }[] = [];
  for (const [index, { head, body }] of rest.entries()) {
    const [path, tail] = splitAtNul(body);
    if (head[1] === 'skipped') skipped.push({ path, what: tail });
    if (head[1] !== 'file') continue;
    const size = sizes.get(path);
    const failed = size === undefined || rest[index + 1]?.head[1] === 'unread';
    files.push({ path, size: size ?? 0, reading: failed ? null : readDisk(encodeBytes(tail), size) });
  }
  const complete = rest.at(-1)?.head[1] === 'complete';
  return { kind: 'folder', real: words.join(' '), files, skipped, complete };
}

function parseSize(record: string): readonly (readonly [string, number])[] {
  const match = /^(\d+) \.\/(.+)$/s.exec(record);
  return match === null ? [] : [[match[2] ?? '', Number(match[1])]];
}

/** A name with its `./`, and what follows it. */
function splitAtNul(body: string): readonly [string, string] {
  const end = body.indexOf('\0');
  return [body.slice(2, end < 0 ? undefined : end), end < 0 ? '' : body.slice(end + 1)];
}
