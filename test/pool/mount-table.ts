import { parseMountinfo } from '../../src/formats/mountinfo.ts';
import type { Mount } from '../../src/formats/mountinfo.ts';

/** The mounts in a text of /proc/self/mountinfo; throws where a line cannot be read. */
export function mountTable(text: string): readonly Mount[] {
  const read = parseMountinfo(text);
  if (!read.ok) throw new Error(read.error);
  return read.value;
}
