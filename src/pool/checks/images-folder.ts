/** Check: the images folder is there, on the backend's own disks. */
import { defineCheck } from '../check-framework/define.ts';
import { isOnOwnDisks } from '../nodes/images-folder.ts';
import { mountOf } from '../nodes/mount-of.ts';

const SETTING = 'or set pool.images to the folder filesystem_store_datadir of its glance-api.conf';

type Folder = { readonly folder: string };
type MountedFolder = Folder & { readonly source: string };

export default defineCheck({
  name: 'images-folder',
  about: "Glance's images folder exists on the backend, on the backend's own disks. It is never created.",
  on: 'backend',
  findings: {
    absent: {
      severity: 'block',
      say: ({ folder }: Folder) =>
        `Glance's folder ${folder} does not exist. fastboot never creates it: otherwise a typing error could make an empty pool`,
      fix: () => `install Glance's filesystem store on this host, ${SETTING}`,
    },
    'not-a-folder': {
      severity: 'block',
      say: ({ folder }: Folder) => `Glance's folder ${folder} is not a folder`,
      fix: () => `install Glance's filesystem store on this host, ${SETTING}`,
    },
    'network-mount': {
      severity: 'block',
      say: ({ folder, source }: MountedFolder) =>
        `${folder} is on a network mount (${source}): the pool has to be on the host that has the disks`,
      fix: () => `make that server the backend, ${SETTING}`,
    },
  },
  judge: ({ node, pool }, report) => {
    const { images, mounts } = node;
    const folder = pool.inventory.settings.pool.images;
    if (images.kind === 'absent') return [report('absent', { folder })];
    if (images.kind === 'other') return [report('not-a-folder', { folder })];
    if (isOnOwnDisks(node)) return [];
    return [
      report('network-mount', { folder, source: mountOf(mounts, images.real)?.source ?? 'unknown source' }),
    ];
  },
});
