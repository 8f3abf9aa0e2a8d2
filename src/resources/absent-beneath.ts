import type { JsonObject } from '../core/json.ts';
import { gib } from '../core/wording.ts';
import { baseFiles } from '../facts/base-files.ts';
import { beneathWords, GO_BENEATH } from '../facts/underlying-digest.ts';
import { predict } from '../facts/state.ts';
import { quote, quoteAll } from '../shell/quote.ts';
import { mountPattern } from './mount-script.ts';
import { blockedDrift, defineResource } from './resource.ts';

export type AbsentBeneathParams = JsonObject & {
  readonly instances: string;
  readonly path: string;
  readonly name: string;
  readonly size: number;
  readonly mtime: number;
  readonly inode: number;
  readonly shown: boolean;
};

/** A file of a node's own `_base` that goes from beneath the pool's mount, if it is still the one that was looked at. */
export const absentBeneath = defineResource<AbsentBeneathParams>({
  type: 'absent_beneath',
  schema: {
    type: 'object',
    description: 'Removes just this file from the folder of base files beneath a mount',
    required: ['instances', 'path', 'name', 'size', 'mtime', 'inode', 'shown'],
    additionalProperties: false,
    properties: {
      instances: { $ref: '#/$defs/path', description: "Nova's folder of instances" },
      path: { $ref: '#/$defs/path', description: 'Where the pool is mounted, symbolic links followed' },
      name: { type: 'string', pattern: '^[^/\\n\\0]+$' },
      size: { type: 'integer', minimum: 0 },
      mtime: { type: 'integer', description: 'Seconds since 1970' },
      inode: { type: 'integer', minimum: 0 },
      shown: {
        type: 'boolean',
        description: 'Whether what is mounted must have a file of this name and size',
      },
    },
  },
  label: ({ path, name }) => `${path}/${name}`,
  queries: ({ instances }) => [baseFiles({ instances })],
  diff: ({ instances, path, name, size, mtime, inode }, state) => {
    const query = baseFiles({ instances });
    const base = state.read(query);
    const found = base.files.find((file) => file.name === name);
    if (base.kind !== 'mounted' || found === undefined) return [];
    if (found.size !== size || found.mtime !== mtime || found.inode !== inode)
      return [
        blockedDrift(
          { size: found.size, mtime: found.mtime, inode: found.inode },
          `${path}/${name} beneath the mount is not the file that was looked at`,
          'something is changing it; run again',
        ),
      ];
    const day = new Date(mtime * 1000).toISOString().slice(0, 10);
    return [
      {
        action: 'delete',
        before: { size, mtime, inode },
        after: null,
        reason: `beneath the mount, and nobody needs it: ${gib(size)} GiB, last used ${day}`,
        risk: 'none',
        predicted: [predict(query, { ...base, files: base.files.filter((file) => file !== found) })],
      },
    ];
  },
  script: ({ path, name, size, mtime, inode, shown }) => {
    const target = quote(`${path}/${name}`);
    const seen = shown
      ? `[ "$(stat -c %s -- ${target} 2>/dev/null)" = ${size} ] || refuse ${target} is not in the pool any more\n`
      : '';
    return `grep -q -e ${quote(mountPattern(path))} /proc/self/mountinfo || refuse ${quote(path)} is not mounted any more
${seen}unshare -m sh -c ${quote(REMOVE)} sh ${quoteAll([...beneathWords(path), name, `${size} ${mtime} ${inode} 1`])} || {
  code=$?
  if [ $code -eq 3 ]; then refuse ${target}" beneath the mount changed after the plan was made, or has another name too"; fi
  exit $code
}`;
  },
});

/** The last number is that of the file's names: a file with another one would go on to take up its space. */
const REMOVE = `${GO_BENEATH} || exit 1
[ "$(stat -c '%s %Y %i %h' -- "./$3" 2>/dev/null)" = "$4" ] || exit 3
rm -f -- "./$3" && sync -- .`;
