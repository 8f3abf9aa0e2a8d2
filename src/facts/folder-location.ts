/** Where a folder really is, and how much room is there. */
import { quoteAll } from '../shell/quote.ts';
import functions from './folder-location.sh';
import { defineFact } from './query.ts';

/** A folder that has to be on the host's own disks, or is to be made there. */
export interface FolderLocation {
  /** `remote`: on a network mount, where nothing more was looked at. */
  readonly kind: 'folder' | 'other' | 'absent' | 'remote';
  /** The folder, or its nearest parent that exists, with symbolic links followed. The other fields are about this path. */
  readonly real: string;
  readonly device: number;
  readonly uid: number;
  readonly gid: number;
  readonly mode: string;
  /** The size of its file system and the free room, in KiB; null where they could not be read. */
  readonly space: { readonly total: number; readonly free: number } | null;
}

export const folderLocation = defineFact<{ readonly path: string }, FolderLocation>({
  name: 'place',
  script: (questions) => `${functions}\nfind_places ${quoteAll(questions.map((question) => question.path))}`,
  parse: (frames, questions) =>
    questions.map((question, index) => parsePlace(question.path, frames[index]?.body ?? '')),
});

function parsePlace(asked: string, body: string): FolderLocation {
  const match = /^(folder|other|absent) (.*)\n(\d+) (\d+) (\d+) ([0-7]+)\n/s.exec(body);
  if (match === null) {
    return { kind: 'remote', real: asked, device: 0, uid: 0, gid: 0, mode: '', space: null };
  }
  const [whole, kind, real = '', device, uid, gid, mode = ''] = match;
  return {
    kind: kind === 'folder' || kind === 'other' ? kind : 'absent',
    real,
    device: Number(device),
    uid: Number(uid),
    gid: Number(gid),
    mode: mode.padStart(4, '0'),
    space: parseSpace(body.slice(whole.length)),
  };
}

/** The line of `df -P` below its header. The name of the device, before the numbers, may hold blanks. */
function parseSpace(text: string): FolderLocation['space'] {
  const match = /\s(\d+)\s+(\d+)\s+(-?\d+)\s+\S+%\s/.exec(text.slice(text.indexOf('\n') + 1));
  return match === null ? null : { total: Number(match[1]), free: Math.max(0, Number(match[3])) };
}
