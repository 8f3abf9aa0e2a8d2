import { encodeBytes } from '../core/bytes.ts';
import { quote } from '../shell/quote.ts';
import { readDisk } from '../formats/disk/headers.ts';
import type { DiskReading } from '../formats/disk/reading.ts';
import { defineFact } from './query.ts';

/** A single file that may be a disk image. */
export interface DiskHeader {
  readonly size: number;
  readonly reading: DiskReading;
}

/** The header of a regular file, read from as many bytes as are asked for; null where there is none, or it is far away. */
export const diskHeader = defineFact<{ readonly path: string; readonly bytes: number }, DiskHeader | null>({
  name: 'disk-header',
  script: (questions) => `show() {
  if is_far "$1" || [ -L "$1" ] || ! [ -f "$1" ]; then fb disk-header none; return; fi
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
