import { FactError } from './fact.ts';
import { defineFact } from './query.ts';

/** One line of /proc/self/mountinfo. */
export interface Mount {
  readonly id: number;
  readonly parent: number;
  /** The part of the file system that is mounted. */
  readonly root: string;
  readonly path: string;
  readonly type: string;
  readonly source: string;
  /** Options of this mount and of its file system. */
  readonly options: readonly string[];
}

/** Everything that is mounted, from the table that the query script has read anyway. */
export const mounts = defineFact<Readonly<Record<string, never>>, readonly Mount[]>({
  name: 'mounts',
  script: () => `fb mounts
printf '%s\\n' "$mountinfo"`,
  parse: ([frame], questions) => {
    if (frame === undefined) throw new FactError('no answer about mounts');
    const all = parseMountinfo(frame.body);
    return questions.map(() => all);
  },
});

/** Reads /proc/self/mountinfo; throws `FactError` on a line that is none. */
export function parseMountinfo(text: string): readonly Mount[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const match = /^(\d+) (\d+) \S+ (\S+) (\S+) (\S+) (?:.* )?- (\S+) (\S*) (\S*)$/.exec(line);
      if (match === null) throw new FactError(`not a line of mountinfo: ${line}`);
      const [, id = '', parent = '', root = '', at = '', own = '', type = '', source = '', shared = ''] =
        match;
      return {
        id: Number(id),
        parent: Number(parent),
        root: decodeOctal(root),
        path: decodeOctal(at),
        type,
        source: decodeOctal(source),
        options: [...own.split(','), ...shared.split(',')].map(decodeOctal),
      };
    });
}

/** The mount that one sees at a path: of several upon each other the uppermost. */
export function mountAt(all: readonly Mount[], at: string): Mount | undefined {
  const here = all.filter((mount) => mount.path === at);
  return here.find((mount) => !here.some((other) => other.parent === mount.id)) ?? here.at(-1);
}

/** `\040` and the like to the characters that the kernel and fstab write so. */
export function decodeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}

/** The inverse for blanks, tabs, newlines and backslashes. */
export function encodeOctal(text: string): string {
  return text.replace(
    /[ \t\n\\]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
}
