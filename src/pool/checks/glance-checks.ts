import { gib, listSome } from '../../core/wording.ts';
import type { Finding } from '../../core/finding.ts';
import { mountAt } from '../../formats/mountinfo.ts';
import { reporters } from './check.ts';
import type { Backend, Controller } from '../nodes/nodes.ts';
import type { OwnStore, StoreFile, StoreVerdict } from '../decisions/store.ts';

const OUT = 'take this host out of the group glance';

/** The checks of a host with glance-api that are about Glance. */
export function glanceChecks(node: Controller, backend: Backend): readonly Finding[] {
  const { host, service, folder } = node;
  const report = reporters(host.name);
  return [
    ...(service.kind === 'missing' ? [report.block('glance-service', service.finding, service.remedy)] : []),
    ...idChecks(node, backend),
    ...(folder.kind === 'unfit' ? [report.block('glance-store', folder.finding, folder.remedy)] : []),
    ...placeChecks(node),
  ];
}

/** NFS carries numbers: what glance-api writes must belong to the owner of the pool's images, and be readable to it. */
function idChecks({ host, user }: Controller, { images }: Backend): readonly Finding[] {
  const report = reporters(host.name);
  if (user === null)
    return [report.block('glance-ids', 'there is no user glance', `install glance-api first, or ${OUT}`)];
  if (images.kind !== 'folder' || (user.uid === images.uid && user.gid === images.gid)) return [];
  return [
    report.block(
      'glance-ids',
      `glance is ${user.uid}:${user.gid} here, and the pool's images folder belongs to ${images.uid}:${images.gid}`,
      `give glance the same uid and gid on all of these hosts and on the backend (usermod -u, groupmod -g, then chown its files while glance-api is stopped), or ${OUT}`,
    ),
  ];
}

/** A store on a disk of its own stays what it is: unmounting it by itself would leave Glance without its images. */
function placeChecks({ host, store, mounts }: Controller): readonly Finding[] {
  const report = reporters(host.name);
  if (store === undefined) return [];
  if (store.kind === 'far') {
    return [
      report.block(
        'glance-store',
        `${store.real} lies on a network mount`,
        `nothing was touched; make it a folder on this host's own disks, or ${OUT}`,
      ),
    ];
  }
  const mount = mountAt(mounts, store.real);
  if (store.kind !== 'folder' || mount === undefined) return [];
  return [
    report.block(
      'glance-store',
      `${store.real} is a file system of its own (${mount.source})`,
      `nothing was touched; while glance-api is stopped, copy its files into the folder below that mount (or, as user glance and under the same names, into the pool), take it out of /etc/fstab and unmount it, then run again; or ${OUT}`,
    ),
  ];
}

/** What is said of the files in a store of its own. */
export function storeFindings(store: OwnStore, backend: Backend): readonly Finding[] {
  const { node, files } = store;
  const report = reporters(node.host.name);
  const real = node.store?.real ?? '';
  const block = (finding: string, remedy: string) => [report.block('glance-store', finding, remedy)];
  if (node.store?.complete !== true)
    return block(`${real} holds more entries than fit in a list`, `look at it; or ${OUT}`);
  if (backend.imageFiles === null)
    return block("the pool's images could not be listed, so nothing can be compared", 'look at the backend');
  const folders = files.filter(({ file }) => file.directory);
  const strange = files.filter(
    ({ file }) => !file.directory && !/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(file.name),
  );
  const blocks = [
    ...(folders.length === 0
      ? []
      : block(
          `${real} holds folders, which Glance does not make: ${listed(folders)}`,
          'nothing was touched; move them elsewhere if nothing uses them, then run again',
        )),
    ...(strange.length === 0
      ? []
      : block(
          `${real} holds files that are none of Glance's: ${listed(strange)}`,
          'nothing was touched; move them elsewhere if nothing uses them, then run again',
        )),
    ...ofKind(files, 'conflict', (own) =>
      block(
        `${real} holds ${counted(own)} that cannot come into the pool under ${own.length === 1 ? 'its' : 'their'} id: ${listed(own)}`,
        'nothing was touched; find out which file is the image (openstack image show ID: size and os_hash_value), and move the other one elsewhere; then run again',
      ),
    ),
    ...roomChecks(store, backend),
  ];
  if (blocks.length > 0 || files.length === 0) return blocks;
  return [report.warning('glance-store', wayOfFiles(files, real), 'nothing needs to be done')];
}

/** What will become of a store's files, said before anything is done. */
function wayOfFiles(files: readonly StoreFile[], real: string): string {
  const moved = files.filter(({ verdict }) => verdict.kind === 'move');
  const there = files.filter(({ verdict }) => verdict.kind === 'same');
  const parts = [
    ...(moved.length === 0
      ? []
      : [`${counted(moved)} are copied to the pool while Glance runs, with their ids: ${listed(moved)}`]),
    ...(there.length === 0 ? [] : [`${counted(there)} are the same in the pool already`]),
  ];
  return `${real}: ${parts.join('; ')}; then glance-api stops for what came in since and for the mount; the files stay where they are, under it`;
}

function roomChecks({ node, files }: OwnStore, { images }: Backend): readonly Finding[] {
  const moved = files.filter(({ verdict }) => verdict.kind === 'move');
  const size = moved.reduce((sum, { file }) => sum + file.size, 0);
  const free = images.space === null ? null : images.space.free * 1024;
  if (free === null || free >= size) return [];
  return [
    reporters(node.host.name).block(
      'glance-store',
      `the pool is to get ${counted(moved)} of this host's store, and has not so much room`,
      `nothing was touched; it has ${gib(free)} GiB free: make room on the backend, or keep this host out with --limit`,
    ),
  ];
}

function ofKind(
  files: readonly StoreFile[],
  kind: StoreVerdict['kind'],
  say: (files: readonly StoreFile[]) => readonly Finding[],
): readonly Finding[] {
  const own = files.filter(({ file, verdict }) => verdict.kind === kind && !file.directory);
  return own.length === 0 ? [] : say(own);
}

const SHOWN = 5;

function counted(files: readonly StoreFile[]): string {
  const size = files.reduce((sum, { file }) => sum + file.size, 0);
  return `${files.length} file${files.length === 1 ? '' : 's'} (${gib(size)} GiB)`;
}

function listed(files: readonly StoreFile[]): string {
  const names = files.map(
    ({ file, verdict }) => `${file.name}${verdict.kind === 'conflict' ? ` (${verdict.reason})` : ''}`,
  );
  return listSome(names, SHOWN);
}
