import { gib, listSome, nameSome } from '../../core/wording.ts';
import type { Finding } from '../../core/finding.ts';
import { reporters } from './check.ts';
import { mayBeHidden } from '../decisions/bases/existing.ts';
import type { AssessedBase, AssessedMissing, ExistingBases } from '../decisions/bases/existing.ts';
import type { Use } from '../decisions/bases/usage.ts';
import type { BaseDecision } from '../decisions/bases/decision.ts';

const MOST_FILES = 5;
const MOST_USERS = 4;

const AWAY =
  'migrate those VMs to other nodes, or delete them, then run again; or keep this node out with --limit';

/** What is said of a node's own base files: what blocks the mount with the way out, and what will lie under it. */
export function existingBaseFindings(past: ExistingBases): readonly Finding[] {
  const { node, usage } = past;
  const report = reporters(node.host.name);
  const folder = node.base.real ?? `${node.host.settings.nova.instances}/_base`;
  if (!node.base.complete)
    return [
      report.block('base-files', `${folder} holds more entries than fit in a list`, `look at it; ${AWAY}`),
    ];
  const block = (finding: string, remedy: string) => [report.block('base-files', finding, remedy)];
  const inTheWay = past.files.filter(({ decision: verdict }) => verdict.kind === 'conflict');
  const folders = past.files.filter(({ file }) => file.directory);
  return [
    ...(usage.unreadable.length > 0 && inTheWay.length > 0
      ? block(
          `not all disks of this node could be followed, so every file in ${folder} counts as used: ${listed(usage.unreadable)}`,
          `nothing was touched; make these readable on the node's own disks, or ${AWAY}`,
        )
      : []),
    ...(folders.length > 0
      ? block(
          `${folder} holds folders, which Nova does not make: ${listed(folders.map(({ file }) => file.name))}`,
          'nothing was touched; move them elsewhere if nothing uses them, then run again',
        )
      : []),
    ...conflictFindings(past, folder),
    ...missingFindings(past, folder),
    ...underTheMount(past, folder),
  ];
}

/**
 * Files that are the same as an image of the pool which must not be published yet, because of another node: once the
 * pool is mounted, they would not be there.
 */
export function heldFindings({ node, files }: ExistingBases, hold: readonly string[]): readonly Finding[] {
  const held = files.filter(
    ({ file, decision: verdict }) =>
      verdict.kind === 'same' && !verdict.published && hold.includes(file.name),
  );
  if (held.length === 0) return [];
  return [
    reporters(node.host.name).block(
      'base-files',
      `VMs here need ${counted(held)} that the pool must not publish yet, because another compute node has, or may have, other files of these names: ${named(held)}`,
      'nothing was touched; see what is said of the other compute nodes, and run once with all of them reachable and without --limit',
    ),
  ];
}

function conflictFindings(past: ExistingBases, folder: string): readonly Finding[] {
  const files = past.files.filter(
    ({ decision: verdict, file }) => verdict.kind === 'conflict' && !file.directory,
  );
  if (files.length === 0) return [];
  return [
    reporters(past.node.host.name).block(
      'base-files',
      `${folder} holds ${counted(files)} that VMs need and that cannot come from the pool: ${named(files)}`,
      `nothing was touched; ${AWAY}; or, while such a VM is off, give its disk a base of its own (qemu-img rebase)`,
    ),
  ];
}

function missingFindings({ node, missing }: ExistingBases, folder: string): readonly Finding[] {
  const report = reporters(node.host.name);
  const of = (kind: AssessedMissing['decision']['kind']) =>
    missing.filter(({ decision: verdict }) => verdict.kind === kind);
  const names = (all: readonly AssessedMissing[]) =>
    listed(all.map(({ name, uses }) => `${name} (${users(uses)})`));
  const [trap, lost, returns] = [of('trap'), of('lost'), of('returns')];
  return [
    ...(trap.length === 0
      ? []
      : [
          report.block(
            'base-files',
            `disks need base files that are not in ${folder}, and the pool has these names in another format than the disks say, so that they would read rubbish: ${names(trap)}`,
            `bring those files back into ${folder} (from a backup, or another node), or delete those VMs; or keep this node out with --limit`,
          ),
        ]),
    ...(lost.length === 0
      ? []
      : [
          report.warning(
            'base-files',
            `disks need base files that are neither in ${folder} nor in the pool: ${names(lost)}`,
            'these VMs cannot start, with or without the pool; bring the files back, or delete the VMs',
          ),
        ]),
    ...(returns.length === 0
      ? []
      : [
          report.warning(
            'base-files',
            `disks need base files that are not in ${folder}, but in the pool: ${names(returns)}`,
            'nothing needs to be done: with the pool these VMs can start again',
          ),
        ]),
  ];
}

/** Said before the pool is mounted over files, so that nobody misses them. */
function underTheMount(past: ExistingBases, folder: string): readonly Finding[] {
  const { files } = past;
  if (files.length === 0 || !mayBeHidden(past)) return [];
  const of = (...kinds: readonly BaseDecision['kind'][]) =>
    files.filter(({ decision: verdict }) => kinds.includes(verdict.kind));
  const [unused, same, given] = [of('unused'), of('same'), of('adopt', 'copy')];
  const usedBy = (all: readonly AssessedBase[]) => `used by ${users(all.flatMap(({ uses }) => uses))}`;
  const parts = [
    ...(unused.length === 0 ? [] : [`${unused.length} that no VM uses`]),
    ...(same.length === 0 ? [] : [`${same.length} with the same bytes as in the pool, ${usedBy(same)}`]),
    ...(given.length === 0 ? [] : [`${given.length} that the pool gets first, ${usedBy(given)}`]),
  ];
  return [
    reporters(past.node.host.name).warning(
      'base-files',
      `the pool is mounted over ${counted(files)} of this node's own in ${folder}: ${parts.join(', ')}`,
      'nothing needs to be done: they stay where they are, under the mount, and take up their space',
    ),
  ];
}

function counted(files: readonly AssessedBase[]): string {
  const size = files.reduce((sum, { file }) => sum + file.size, 0);
  return `${files.length} base file${files.length === 1 ? '' : 's'} (${gib(size)} GiB)`;
}

function named(files: readonly AssessedBase[]): string {
  return listed(
    files.map(({ file, uses, decision: verdict }) => {
      const why = verdict.kind === 'conflict' ? `: ${verdict.reason}` : '';
      return `${file.name} (${users(uses)})${why}`;
    }),
  );
}

function listed(all: readonly string[]): string {
  return listSome(all, MOST_FILES);
}

function users(uses: readonly Use[]): string {
  const all = [...new Set(uses.map(({ user }) => user))];
  return all.length === 0 ? 'perhaps in use' : nameSome(all, MOST_USERS);
}
