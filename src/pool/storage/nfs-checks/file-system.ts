/** Check: the file system of the images has hard links, and the kernel can export it. */
import { defineCheck } from '../../check-framework/define.ts';
import { isOnOwnDisks } from '../../nodes/images-folder.ts';
import { mountOf } from '../../nodes/mount-of.ts';

/** Local file systems that have hard links and that the kernel's server can export. */
const KNOWN_TYPES = ['ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'zfs', 'jfs', 'f2fs', 'bcachefs'];

type FileSystem = { readonly folder: string; readonly type: string; readonly cache: string };

export default defineCheck({
  name: 'file-system',
  about: 'The images are on a file system that is known to serve hard links over NFS.',
  on: 'backend',
  findings: {
    unknown: {
      severity: 'warning',
      say: ({ folder, type }: FileSystem) =>
        `${folder} is on ${type}, which is not known to serve hard links over NFS`,
      fix: ({ cache }: FileSystem) => `put images and cache on ext4 or xfs; cache is ${cache}`,
    },
  },
  judge: ({ node, pool }, report) => {
    const { images, cache, mounts } = node;
    const mount = mountOf(mounts, images.real);
    if (!isOnOwnDisks(node) || mount === undefined || KNOWN_TYPES.includes(mount.type)) return [];
    const folder = pool.inventory.settings.pool.images;
    return [report('unknown', { folder, type: mount.type, cache: cache.real })];
  },
});
