/** Check: the pool can be mounted over a compute node's own base files. */
import { defineCheck } from '../check-framework/define.ts';
import { describeUnreadable, usersOf } from '../check-framework/base-file-words.ts';
import { countSized, listThem, some } from '../check-framework/words.ts';
import type { Some } from '../check-framework/words.ts';
import type { BaseConflict } from '../decisions/bases/decision.ts';
import { mayBeCovered } from '../decisions/bases/existing.ts';
import type { AssessedBase, AssessedMissing } from '../decisions/bases/existing.ts';
import type { Unreadable } from '../decisions/bases/usage.ts';

const MAX_FILES_SHOWN = 5;

const LEAVE =
  'migrate those VMs to other nodes, or delete them, then run again; or leave this node out with --limit';

type Folder = { readonly folder: string };
type Used = { readonly name: string; readonly users: string };
type Missing = Folder & { readonly files: Some<Used> };
type Conflicts = Folder & {
  readonly size: number;
  readonly files: Some<Used & { readonly reason: BaseConflict }>;
};
/** Some of the files that the mount will cover: how many, and who uses them. */
type Covered = { readonly files: number; readonly users: string };
type AllCovered = Folder & {
  readonly files: number;
  readonly size: number;
  readonly unused: number;
  readonly same: Covered;
  readonly copied: Covered;
};

const listFiles = (files: Some<Used>) => listThem(files, ({ name, users }) => `${name} (${users})`);

export default defineCheck({
  name: 'base-files',
  about:
    "Each of a node's own base files is proved to be unused, or to have the bytes of the pool, before the pool is mounted over it.",
  on: 'compute',
  findings: {
    incomplete: {
      severity: 'block',
      say: ({ folder }: Folder) => `${folder} has more entries than fastboot can list`,
      fix: ({ folder }: Folder) =>
        `look at ${folder}; or migrate the VMs of this node to other nodes, then run again; or leave this node out with --limit`,
    },
    unreadable: {
      severity: 'block',
      say: ({ folder, items }: Folder & { readonly items: Some<Unreadable> }) =>
        `not all disks of this node could be followed, so every file in ${folder} counts as used: ${listThem(items, describeUnreadable)}`,
      fix: () => `nothing was touched; make these readable on the node's own disks, or ${LEAVE}`,
    },
    folders: {
      severity: 'block',
      say: ({ folder, names }: Folder & { readonly names: Some<string> }) =>
        `${folder} holds folders, which Nova does not make: ${listThem(names, String)}`,
      fix: () => 'nothing was touched; move them to another folder if nothing uses them, then run again',
    },
    conflicts: {
      severity: 'block',
      say: ({ folder, size, files }: Conflicts) =>
        `${folder} holds ${countSized(files.total, 'base file', size)} that VMs need and that cannot come from the pool: ${listThem(files, ({ name, users, reason }) => `${name} (${users}): ${describe(reason)}`)}`,
      fix: () =>
        `nothing was touched; ${LEAVE}; or stop the VM and give its disk a separate base (qemu-img rebase)`,
    },
    'format-mismatch': {
      severity: 'block',
      say: ({ folder, files }: Missing) =>
        `base files that disks need are missing in ${folder}: ${listFiles(files)}. The pool's files of these names have a different format from the one the disks expect. VMs would read corrupt data without an error`,
      fix: ({ folder }: Folder) =>
        `bring those files back into ${folder} (from a backup, or from another node), or delete these VMs; or leave this node out with --limit`,
    },
    lost: {
      severity: 'warning',
      say: ({ folder, files }: Missing) =>
        `base files that disks need are neither in ${folder} nor in the pool: ${listFiles(files)}`,
      fix: () => 'these VMs cannot start, with or without the pool; bring the files back, or delete the VMs',
    },
    returns: {
      severity: 'warning',
      say: ({ folder, files }: Missing) =>
        `base files that disks need are missing in ${folder}, and the pool has them: ${listFiles(files)}`,
      fix: () => 'nothing needs to be done: with the pool these VMs can start again',
    },
    covered: {
      severity: 'warning',
      say: (covered: AllCovered) => describeCovered(covered),
      fix: () => 'nothing needs to be done: they stay under the mount, and take up space',
    },
  },
  judge: ({ node, pool }, report) => {
    const existing = pool.bases.nodes.get(node.host.name);
    if (existing === undefined) return [];
    const folder = node.baseFolder.host;
    if (!node.base.complete) return [report('incomplete', { folder })];
    const { files, missing, usage } = existing;
    const conflicts = files.flatMap(({ file, uses, decision }) =>
      decision.kind === 'conflict' ? [{ file, uses, reason: decision.reason }] : [],
    );
    const folders = files.filter(({ file }) => file.directory);
    const named = conflicts.filter(({ file }) => !file.directory);
    const missingOf = (kind: AssessedMissing['decision']['kind']) => {
      const own = missing.filter(({ decision }) => decision.kind === kind);
      const items = own.map(({ name, uses }): Used => ({ name, users: usersOf(uses) }));
      return { total: own.length, fields: { folder, files: some(items, MAX_FILES_SHOWN) } };
    };
    const [mismatched, lost, returns] = [
      missingOf('format-mismatch'),
      missingOf('lost'),
      missingOf('returns'),
    ];
    return [
      ...(usage.unreadable.length > 0 && conflicts.length > 0
        ? [report('unreadable', { folder, items: some(usage.unreadable, MAX_FILES_SHOWN) })]
        : []),
      ...(folders.length > 0
        ? [
            report('folders', {
              folder,
              names: some(
                folders.map(({ file }) => file.name),
                MAX_FILES_SHOWN,
              ),
            }),
          ]
        : []),
      ...(named.length > 0
        ? [
            report('conflicts', {
              folder,
              size: sizeOf(named),
              files: some(
                named.map(({ file, uses, reason }) => ({ name: file.name, users: usersOf(uses), reason })),
                MAX_FILES_SHOWN,
              ),
            }),
          ]
        : []),
      ...(mismatched.total > 0 ? [report('format-mismatch', mismatched.fields)] : []),
      ...(lost.total > 0 ? [report('lost', lost.fields)] : []),
      ...(returns.total > 0 ? [report('returns', returns.fields)] : []),
      ...(files.length > 0 && mayBeCovered(existing)
        ? [report('covered', { folder, ...summarize(files) })]
        : []),
    ];
  },
});

/** Of files that may all be covered. */
function summarize(files: readonly AssessedBase[]): Omit<AllCovered, 'folder'> {
  const of = (...kinds: readonly AssessedBase['decision']['kind'][]) =>
    files.filter(({ decision }) => kinds.includes(decision.kind));
  const covered = (some: readonly AssessedBase[]): Covered => ({
    files: some.length,
    users: some.length === 0 ? '' : usersOf(some.flatMap(({ uses }) => uses)),
  });
  return {
    files: files.length,
    size: sizeOf(files),
    unused: of('unused').length,
    same: covered(of('same')),
    copied: covered(of('adopt', 'copy')),
  };
}

/** Said before the pool is mounted over files, so that nobody misses them afterwards. */
function describeCovered({ folder, files, size, unused, same, copied }: AllCovered): string {
  const parts = [
    ...(unused === 0 ? [] : [`${unused} that no VM uses`]),
    ...(same.files === 0 ? [] : [`${same.files} with the same bytes as in the pool, used by ${same.users}`]),
    ...(copied.files === 0 ? [] : [`${copied.files} copied to the pool first, used by ${copied.users}`]),
  ];
  return `the pool is mounted over ${countSized(files, 'base file', size)} of this node in ${folder}: ${parts.join(', ')}`;
}

function describe(reason: BaseConflict): string {
  switch (reason.kind) {
    case 'pool-unreadable':
      return 'the files of the pool could not be read';
    case 'unreadable':
      return `it or ${other(reason.published)} could not be read`;
    case 'other-bytes':
      return `its bytes differ from those of ${other(reason.published)}`;
    case 'other-file':
      return `${other(reason.published)} is another file (${reason.format}, ${reason.size} bytes)`;
    case 'raw-and-qcow2':
      return `it is raw and ${other(reason.published)} is qcow2: VMs whose disks record raw would read corrupt data without an error`;
    case 'own-unreadable':
      return 'it could not be read';
    case 'unknown-users':
      return 'it is not known who uses it';
    case 'unsafe':
      return `it is ${reason.format} in a form that must not be shown to other nodes`;
    case 'wrong-format':
      return `it is ${reason.format}, but a disk above it records ${reason.recorded}, and so may read corrupt data already`;
    case 'other-nodes':
      return `${reason.hosts.join(', ')} has another file of that name`;
  }
}

function other(published: boolean): string {
  return published ? "the pool's file of that name" : 'the image of that name';
}

function sizeOf(files: readonly Pick<AssessedBase, 'file'>[]): number {
  return files.reduce((sum, { file }) => sum + file.size, 0);
}
