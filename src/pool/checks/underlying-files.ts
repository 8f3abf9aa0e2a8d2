/** Check: what `gc --local` leaves under the pool's mount, and why. */
import { gib } from '../../core/sentence-parts.ts';
import { describeUnreadable } from '../check-framework/base-file-words.ts';
import { defineCheck } from '../check-framework/define.ts';
import { count, listThem, some } from '../check-framework/words.ts';
import type { Some } from '../check-framework/words.ts';
import type { Unreadable } from '../decisions/bases/usage.ts';
import { assessUnderlyingFiles } from '../gc/cleanup-node.ts';
import type { KeptReason } from '../gc/cleanup-node.ts';
import { describeConflict } from '../remove/conflict-words.ts';

const MAX_FILES_SHOWN = 20;
const ALL_NEEDED = 'so every local base file counts as needed';
const REMEDY = 'nothing was touched; correct the read error on the host, then run again';

type Folder = { readonly folder: string };
type Kept = Folder & {
  readonly files: Some<{ readonly name: string; readonly size: number; readonly reason: KeptReason }>;
};

export default defineCheck({
  name: 'underlying-files',
  about: 'Each base file under the pool that gc may free is proved to be unused. What is not proved stays.',
  on: 'cleanup',
  findings: {
    unreadable: {
      severity: 'block',
      say: ({ items }: { readonly items: Some<Unreadable> }) =>
        `not all disks could be followed: ${listThem(items, describeUnreadable)}, ${ALL_NEEDED}`,
      fix: () => REMEDY,
    },
    incomplete: {
      severity: 'block',
      say: ({ folder }: Folder) => `the files in ${folder} under the pool could not be listed, ${ALL_NEEDED}`,
      fix: () => REMEDY,
    },
    'open-files': {
      severity: 'block',
      say: () => `not all open files could be listed, ${ALL_NEEDED}`,
      fix: () => REMEDY,
    },
    stacked: {
      severity: 'block',
      say: ({ folder }: Folder) => `another mount at ${folder} lies under the pool, ${ALL_NEEDED}`,
      fix: () => REMEDY,
    },
    kept: {
      severity: 'warning',
      say: ({ folder, files }: Kept) =>
        `${count(files.total, 'file')} ${files.total === 1 ? 'stays' : 'stay'} in ${folder} under the pool: ${listThem(files, ({ name, size, reason }) => `${name} (${gib(size)} GiB): ${describe(reason)}`)}`,
      fix: () => 'nothing needs to be done',
    },
  },
  judge: (own, report) => {
    const { node, needs, users } = own;
    const folder = node.baseFolder.host;
    const { unreadable } = needs.usage;
    const blocks = [
      ...(unreadable.length === 0
        ? []
        : [report('unreadable', { items: some(unreadable, MAX_FILES_SHOWN) })]),
      ...(node.base.complete ? [] : [report('incomplete', { folder })]),
      ...(users?.complete === false ? [report('open-files')] : []),
      ...(node.mounts.filter(({ path }) => path === folder).length > 1
        ? [report('stacked', { folder })]
        : []),
    ];
    if (blocks.length > 0) return blocks;
    const kept = assessUnderlyingFiles(own).flatMap(({ file, kept }) =>
      kept === null ? [] : [{ name: file.name, size: file.size, reason: kept }],
    );
    return kept.length === 0 ? [] : [report('kept', { folder, files: some(kept, MAX_FILES_SHOWN) })];
  },
});

function describe(reason: KeptReason): string {
  switch (reason.kind) {
    case 'folder':
      return 'it is a folder';
    case 'newline-in-name':
      return 'its name contains a newline';
    case 'in-use':
      return `${reason.command} (pid ${reason.pid}) has it open, or may have`;
    case 'unclear':
      return `fastboot could not follow ${reason.name}, which a VM needs. ${reason.name} may be based on this file`;
    case 'conflict':
      return describeConflict(reason.reason);
    case 'only-copy':
      return 'disks lead to it, and the pool does not have it';
    case 'not-compared':
      return 'it was not compared with the pool yet';
  }
}
