/** A file in the folder under the pool's mount: copied there, or removed from there, while the pool stays mounted. */
import type { JsonObject } from '../core/json.ts';
import { gib } from '../core/sentence-parts.ts';
import { baseFiles } from '../facts/base-files.ts';
import type { BaseFile, BaseFiles } from '../facts/base-files.ts';
import { predict } from '../facts/state.ts';
import { underlyingWords } from '../facts/underlying-digest.ts';
import { mountTablePattern } from '../formats/grep-pattern.ts';
import { quote, quoteAll } from '../shell/quote.ts';
import { blockedDrift, defineResource } from './resource.ts';
import type { Drift } from './resource.ts';
import copyProgram from './underlying-copy.sh';
import removeProgram from './underlying-remove.sh';

interface Common {
  /** Nova's folder of instances. */
  readonly instances: string;
  /** Where the pool is mounted, symbolic links followed. */
  readonly path: string;
  readonly name: string;
  /** In bytes. */
  readonly size: number;
}

type Present = JsonObject &
  Common & { readonly state?: 'present'; readonly owner: number; readonly group: number };

type Absent = JsonObject &
  Common & {
    readonly state: 'absent';
    /** Seconds since 1970. */
    readonly mtime: number;
    readonly inode: number;
    /** Whether the pool must have a file of this name and size. */
    readonly shown: boolean;
  };

export type UnderlyingFileParams = Present | Absent;

/** Seconds between two reports of how far a copy is. */
const REPORT_INTERVAL_S = 2;

/** The exit code by which the programs say that the file is not as planned. */
const CHANGED_EXIT_CODE = 3;

export const underlyingFile = defineResource<UnderlyingFileParams>({
  type: 'underlying_file',
  schema: {
    type: 'object',
    description:
      'A file in the folder under the pool. present: copied from the pool, never over another file. absent: removed, if it is still the file that was seen',
    required: ['instances', 'path', 'name', 'size'],
    additionalProperties: false,
    properties: {
      instances: { $ref: '#/$defs/path', description: "Nova's folder of instances" },
      path: { $ref: '#/$defs/path', description: 'Where the pool is mounted, symbolic links followed' },
      name: { type: 'string', pattern: '^[^/\\0]+$' },
      size: { type: 'integer', minimum: 0, description: 'In bytes' },
      state: { enum: ['present', 'absent'], default: 'present' },
      owner: { type: 'integer', minimum: 0, description: 'With present: the uid of the copy' },
      group: { type: 'integer', minimum: 0, description: 'With present: the gid of the copy' },
      mtime: { type: 'integer', description: 'With absent: seconds since 1970' },
      inode: { type: 'integer', minimum: 0, description: 'With absent' },
      shown: {
        type: 'boolean',
        description: 'With absent: whether the pool must have a file of this name and size',
      },
    },
    if: { properties: { state: { const: 'absent' } }, required: ['state'] },
    then: {
      required: ['mtime', 'inode', 'shown'],
      properties: {
        name: { type: 'string', pattern: '^[^\\n]+$' },
        owner: false,
        group: false,
        mtime: {},
        inode: {},
        shown: {},
      },
    },
    else: {
      required: ['owner', 'group'],
      properties: {
        name: { type: 'string', pattern: '^[^.]' },
        owner: {},
        group: {},
        mtime: false,
        inode: false,
        shown: false,
      },
    },
  },
  label: ({ path, name }) => `${path}/${name}`,
  queries: ({ instances }) => [baseFiles({ instances })],
  diff: (params, state) => {
    const base = state.read(baseFiles({ instances: params.instances }));
    if (base.kind !== 'mounted') return [];
    const found = base.files.find((file) => file.name === params.name);
    return params.state === 'absent' ? removal(params, base, found) : addition(params, base, found);
  },
  script: (params) => (params.state === 'absent' ? removeScript(params) : copyScript(params)),
});

function addition(params: Present, base: BaseFiles, found: BaseFile | undefined): readonly Drift[] {
  const { instances, path, name, size, owner: uid, group: gid } = params;
  if (found !== undefined && found.size === size && !found.directory) return [];
  if (found !== undefined)
    return [
      blockedDrift(
        { size: found.size },
        `the folder under ${path} has another file ${name}`,
        'nothing was touched; look at the file, which may be a leftover, move it to another folder, then run again',
      ),
    ];
  const file = { name, size, uid, gid, mode: '0644', mtime: 0, id: '0:0', inode: 0, directory: false };
  return [
    {
      action: 'create',
      before: null,
      after: { size },
      reason: `VMs need it (${gib(size)} GiB), and only the pool has it`,
      risk: 'none',
      predicted: [predict(baseFiles({ instances }), { ...base, files: [...base.files, file] })],
    },
  ];
}

function removal(params: Absent, base: BaseFiles, found: BaseFile | undefined): readonly Drift[] {
  const { instances, path, name, size, mtime, inode } = params;
  if (found === undefined) return [];
  if (found.size !== size || found.mtime !== mtime || found.inode !== inode)
    return [
      blockedDrift(
        { size: found.size, mtime: found.mtime, inode: found.inode },
        `${path}/${name} under the mount changed after it was read`,
        'something is changing it; run again',
      ),
    ];
  const day = new Date(mtime * 1000).toISOString().slice(0, 10);
  return [
    {
      action: 'delete',
      before: { size, mtime, inode },
      after: null,
      reason: `it is under the mount, and no VM needs it: ${gib(size)} GiB, last used ${day}`,
      risk: 'none',
      predicted: [
        predict(baseFiles({ instances }), { ...base, files: base.files.filter((file) => file !== found) }),
      ],
    },
  ];
}

function copyScript({ path, name, size, owner, group }: Present): string {
  const file = quote(`${path}/${name}`);
  const words = [...underlyingWords(path), name, `${size}`, `${owner}:${group}`, `${REPORT_INTERVAL_S}`];
  return `[ -f ${file} ] || refuse ${file} is not in the pool any more
exec 8<${file}
${runBeneath(copyProgram, words, `a file ${name} appeared under ${path} after the plan was made`)}`;
}

function removeScript({ path, name, size, mtime, inode, shown }: Absent): string {
  const file = quote(`${path}/${name}`);
  const words = [...underlyingWords(path), name, `${size} ${mtime} ${inode} 1`];
  const changed = `${path}/${name} under the mount changed after the plan was made, or has another name too`;
  return [
    `grep -q -e ${quote(mountTablePattern(path))} /proc/self/mountinfo || refuse ${quote(path)} is not mounted any more`,
    ...(shown
      ? [`[ "$(stat -c %s -- ${file} 2>/dev/null)" = ${size} ] || refuse ${file} is not in the pool any more`]
      : []),
    runBeneath(removeProgram, words, changed),
  ].join('\n');
}

/** Runs a program in a mount namespace of its own. Where the file is not as planned it refuses, with this text. */
function runBeneath(program: string, words: readonly string[], changed: string): string {
  return `unshare -m sh -c ${quoteAll([program, 'sh', ...words])} || {
  code=$?
  if [ $code -eq ${CHANGED_EXIT_CODE} ]; then refuse ${quote(changed)}; fi
  exit $code
}`;
}

export default underlyingFile;
