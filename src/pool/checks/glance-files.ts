/** Check: the images in a controller's own store can come into the pool. */
import { defineCheck } from '../check-framework/define.ts';
import { countSized, listThem, some } from '../check-framework/words.ts';
import type { Some } from '../check-framework/words.ts';
import type { StoreConflict, StoreFile } from '../decisions/glance-store-files.ts';

const MAX_FILES_SHOWN = 5;
const MOVE_AWAY = 'nothing was touched; move them to another folder if nothing uses them, then run again';

type Folder = { readonly folder: string };
type Names = Folder & { readonly names: Some<string> };
type Conflicts = Folder & { readonly size: number; readonly files: Some<Conflict> };
type Conflict = { readonly name: string; readonly reason: StoreConflict };
type Plan = Folder & {
  /** Files that are copied to the pool, and their size in bytes. */
  readonly copied: Some<string>;
  readonly copiedSize: number;
  /** Files that the pool has already. */
  readonly same: number;
  readonly sameSize: number;
};

export default defineCheck({
  name: 'glance-files',
  about:
    "The images in a controller's own store can come into the pool under their ids, and there is room for them.",
  on: 'controller',
  findings: {
    incomplete: {
      severity: 'block',
      say: ({ folder }: Folder) => `${folder} has more entries than fastboot can list`,
      fix: ({ folder }: Folder) =>
        `move what is not an image out of ${folder}, then run again; or take this host out of the group glance`,
    },
    'pool-unreadable': {
      severity: 'block',
      say: () => "the pool's images could not be listed, so nothing can be compared",
      fix: () => 'list the images folder on the backend, correct the error, then run again',
    },
    folders: {
      severity: 'block',
      say: ({ folder, names }: Names) =>
        `${folder} holds folders, which Glance does not make: ${listThem(names, String)}`,
      fix: () => MOVE_AWAY,
    },
    'strange-names': {
      severity: 'block',
      say: ({ folder, names }: Names) =>
        `${folder} holds files that are not Glance's: ${listThem(names, String)}`,
      fix: () => MOVE_AWAY,
    },
    conflicts: {
      severity: 'block',
      say: ({ folder, size, files }: Conflicts) =>
        `${folder} holds ${countSized(files.total, 'file', size)} that cannot come into the pool under ${files.total === 1 ? 'its' : 'their'} id: ${listThem(files, ({ name, reason }) => `${name} (${describe(reason)})`)}`,
      fix: () =>
        'nothing was touched; find out which file is the image (openstack image show ID: size and os_hash_value), and move the other one to another folder; then run again',
    },
    'no-room': {
      severity: 'block',
      say: ({ files, size }: { readonly files: number; readonly size: number }) =>
        `${countSized(files, 'file', size)} of this host's store must be copied to the pool. The pool has too little space`,
      fix: ({ folder }: { readonly folder: string }) =>
        `nothing was touched; make room on the backend (df -h ${folder} shows what is free), or leave this host out with --limit`,
    },
    plan: {
      severity: 'warning',
      say: (plan: Plan) => describePlan(plan),
      fix: () => 'nothing needs to be done',
    },
  },
  judge: ({ node: { store, host }, pool }, report) => {
    const own = pool.stores.get(host.name);
    if (own === undefined || store === undefined) return [];
    const folder = store.real;
    const { backend } = pool.nodes;
    if (!store.complete) return [report('incomplete', { folder })];
    if (backend.imageFiles === null) return [report('pool-unreadable')];
    const { files } = own;
    const folders = files.filter(({ file }) => file.directory);
    const plain = files.filter(({ file }) => !file.directory);
    const strange = plain.filter(({ file }) => !/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(file.name));
    const conflicts = plain.flatMap(({ file, decision }) =>
      decision.kind === 'conflict' ? [{ file, reason: decision.reason }] : [],
    );
    const copied = files.filter(({ decision }) => decision.kind === 'copy');
    const { space } = backend.images;
    const blocks = [
      ...(folders.length === 0
        ? []
        : [report('folders', { folder, names: some(namesOf(folders), MAX_FILES_SHOWN) })]),
      ...(strange.length === 0
        ? []
        : [report('strange-names', { folder, names: some(namesOf(strange), MAX_FILES_SHOWN) })]),
      ...(conflicts.length === 0
        ? []
        : [
            report('conflicts', {
              folder,
              size: sizeOf(conflicts),
              files: some(
                conflicts.map(({ file, reason }) => ({ name: file.name, reason })),
                MAX_FILES_SHOWN,
              ),
            }),
          ]),
      ...(space !== null && space.free * 1024 < sizeOf(copied)
        ? [
            report('no-room', {
              files: copied.length,
              size: sizeOf(copied),
              folder: backend.host.settings.pool.images,
            }),
          ]
        : []),
    ];
    if (blocks.length > 0 || files.length === 0) return blocks;
    const same = files.filter(({ decision }) => decision.kind === 'same');
    return [
      report('plan', {
        folder,
        copied: some(namesOf(copied), MAX_FILES_SHOWN),
        copiedSize: sizeOf(copied),
        same: same.length,
        sameSize: sizeOf(same),
      }),
    ];
  },
});

function describe(reason: StoreConflict): string {
  switch (reason.kind) {
    case 'other-size':
      return `the pool has another file of this name, of ${reason.poolSize} bytes, not ${reason.size}`;
    case 'other-bytes':
      return 'the pool has other bytes under this name';
    case 'unreadable':
      return 'it could not be read to its end';
    case 'other-host':
      return `${reason.host} has another file of this name`;
  }
}

function describePlan({ folder, copied, copiedSize, same, sameSize }: Plan): string {
  const parts = [
    ...(copied.total === 0
      ? []
      : [
          `${countSized(copied.total, 'file', copiedSize)} to copy to the pool while Glance runs, with their ids: ${listThem(copied, String)}`,
        ]),
    ...(same === 0 ? [] : [`${countSized(same, 'file', sameSize)} in the pool already`]),
  ];
  return `${folder} has ${parts.join('; ')}. Then fastboot stops glance-api, copies the newest files and mounts the pool. The old files stay under the mount`;
}

function namesOf(files: readonly StoreFile[]): readonly string[] {
  return files.map(({ file }) => file.name);
}

function sizeOf(files: readonly Pick<StoreFile, 'file'>[]): number {
  return files.reduce((sum, { file }) => sum + file.size, 0);
}
