import { quoteAll } from '../shell/quote.ts';
import functions from './place.sh';
import { defineFact } from './query.ts';

/** A folder that shall be, or shall come to be, on a file system of the host's own. */
export interface Place {
  /** `far`: on a network mount, where nothing more was looked at. */
  readonly kind: 'folder' | 'other' | 'absent' | 'far';
  /** What the rest is about: the folder itself or its nearest parent that exists, symbolic links followed. */
  readonly real: string;
  readonly device: number;
  readonly uid: number;
  readonly gid: number;
  readonly mode: string;
  /** Of its file system, in KiB; null where it could not be told. */
  readonly space: { readonly total: number; readonly free: number } | null;
}

/** What is at a path, where it really is, and how much room is there. */
export const place = defineFact<{ readonly path: string }, Place>({
  name: 'place',
  script: (questions) => `${functions}\nfind_places ${quoteAll(questions.map((question) => question.path))}`,
  parse: (frames, questions) =>
    questions.map((question, index) => parsePlace(question.path, frames[index]?.body ?? '')),
});

function parsePlace(asked: string, body: string): Place {
  const match = /^(folder|other|absent) (.*)\n(\d+) (\d+) (\d+) ([0-7]+)\n/s.exec(body);
  if (match === null) {
    return { kind: 'far', real: asked, device: 0, uid: 0, gid: 0, mode: '', space: null };
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

/** The line of `df -P` below its header; the device's name before the numbers may hold blanks. */
function parseSpace(text: string): Place['space'] {
  const match = /\s(\d+)\s+(\d+)\s+(-?\d+)\s+\S+%\s/.exec(text.slice(text.indexOf('\n') + 1));
  return match === null ? null : { total: Number(match[1]), free: Math.max(0, Number(match[3])) };
}
