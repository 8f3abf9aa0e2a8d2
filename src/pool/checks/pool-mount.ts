/** Check: what is mounted on a departing node is the pool, and only there. */
import { mountAt } from '../../formats/mountinfo.ts';
import { defineCheck } from '../check-framework/define.ts';
import { listThem, some } from '../check-framework/words.ts';
import type { Some } from '../check-framework/words.ts';

const MAX_MOUNTS_SHOWN = 8;

type Folder = { readonly folder: string };
type Foreign = Folder & { readonly source: string; readonly expected: string };
type Others = { readonly mounts: Some<{ readonly folder: string; readonly pid: number }> };

export default defineCheck({
  name: 'pool-mount',
  about:
    'On a node that leaves the pool, the mount on its base folder is the pool, and the pool is mounted nowhere else.',
  on: 'departing',
  findings: {
    foreign: {
      severity: 'block',
      say: ({ folder, source, expected }: Foreign) =>
        `${folder} is a mount of ${source}, expected the pool ${expected}`,
      fix: () =>
        'nothing was touched; fastboot unmounts only the pool that the inventory describes. Correct the inventory, or unmount it by hand',
    },
    stacked: {
      severity: 'block',
      say: ({ folder }: Folder) =>
        `another mount at ${folder} lies under the pool. fastboot cannot reach its files`,
      fix: ({ folder }: Folder) =>
        `nothing was touched; copy the base files that VMs need there by hand, umount ${folder} when no VM uses it, then run again`,
    },
    elsewhere: {
      severity: 'block',
      say: ({ mounts }: Others) =>
        `the pool is mounted elsewhere too: ${listThem(mounts, ({ folder, pid }) => `${folder} (seen by pid ${pid})`)}`,
      fix: () => 'nothing was touched; umount it there, or end the processes that see it, then run again',
    },
    unknown: {
      severity: 'block',
      say: () => 'fastboot could not list all mounts. Some process may still have the pool mounted',
      fix: () => 'nothing was touched, and the backend still lets this node in; run again',
    },
  },
  judge: ({ node, live, mount, needs, users, storage }, report) => {
    if (node.base.kind === 'remote') return [];
    const folder = node.baseFolder.host;
    const isOurs = live !== undefined;
    const top = mountAt(node.mounts, folder);
    const isStacked = isOurs && node.mounts.filter(({ path }) => path === folder).length > 1;
    // mount tables of other processes follow that of the host, so the same place there is unmounted with it
    const others = (users?.mounts ?? []).filter(
      ({ mount: other }) => !(isOurs && other.path === folder) && storage.isPoolMount(other),
    );
    return [
      ...(needs !== undefined && top !== undefined && !isOurs
        ? [report('foreign', { folder, source: top.source, expected: mount.source })]
        : []),
      ...(isStacked ? [report('stacked', { folder })] : []),
      ...(others.length === 0
        ? []
        : [
            report('elsewhere', {
              mounts: some(
                others.map(({ mount: other, pid }) => ({ folder: other.path, pid })),
                MAX_MOUNTS_SHOWN,
              ),
            }),
          ]),
      ...(needs === undefined && users?.complete === false ? [report('unknown')] : []),
    ];
  },
});
