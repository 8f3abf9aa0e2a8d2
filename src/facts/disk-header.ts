/** The header of a single disk image. */
import { encodeBytes } from '../core/bytes.ts';
import { quote } from '../shell/quote.ts';
import { readDisk } from '../formats/disk/headers.ts';
import type { DiskReading } from '../formats/disk/reading.ts';
import { defineFact } from './query.ts';

/** What is known of a file that may be a disk image. */
export interface DiskHeader {
  /** In bytes. */
  readonly size: number;
  readonly reading: DiskReading;
}

/** The header of a regular file, read from its first `bytes`; null where there is no such file, or it is on a network mount. */
export const diskHeader = defineFact<{ readonly path: string; readonly bytes: number }, DiskHeader | null>({
  name: 'disk-header',
  script: (questions) => `show() {
  if is_remote "$1" || [ -L "$1" ] || ! [ -f "$1" ]; then fb disk-header none; return; fi
  fb disk-header size
  stat -c %s "$1"
  fb disk-header bytes
  head -c "$2" "$1"
}
${questions.map(({ path, bytes }) => `show ${quote(path)} ${bytes}`).join('\n')}`,
  parse: (frames, questions) => {
    const answers: (DiskHeader | null)[] = [];
    for (const [index, { head, body }] of frames.entries()) {
      if (head[1] === 'none') answers.push(null);
      if (head[1] !== 'bytes') continue;
      const size = Number(frames[index - 1]?.body ?? '');
      answers.push({ size, reading: readDisk(encodeBytes(body), size) });
    }
    return questions.map((_, index) => answers[index] ?? null);
  },
});
