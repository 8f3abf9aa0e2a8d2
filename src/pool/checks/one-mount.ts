/** Check: images folder and cache folder are on one mount. */
import type { Mount } from '../../formats/mountinfo.ts';
import { defineCheck } from '../check-framework/define.ts';
import { isOnOwnDisks } from '../nodes/images-folder.ts';
import { mountOf } from '../nodes/mount-of.ts';

/** A folder, and the mount that it lies on. */
type Located = { readonly folder: string; readonly mount: string | null; readonly source: string | null };
type Both = { readonly images: Located; readonly cache: Located };

export default defineCheck({
  name: 'one-mount',
  about: 'Images folder and cache folder are on one mount, and on one subvolume of it. Hard links need that.',
  on: 'backend',
  findings: {
    'two-mounts': {
      severity: 'block',
      say: ({ images, cache }: Both) =>
        `${describe(images)}, and ${describe(cache)}: hard links need one mount and one subvolume for both`,
      fix: () =>
        'mount the volume on a parent of both folders, or set pool.cache to a folder beside the images on the same mount',
    },
  },
  judge: ({ node, pool }, report) => {
    const { images, cache, mounts } = node;
    if (!isOnOwnDisks(node)) return [];
    const [own, other] = [mountOf(mounts, images.real), mountOf(mounts, cache.real)];
    const isOne = cache.kind !== 'remote' && own?.id === other?.id && images.device === cache.device;
    if (isOne) return [];
    const settings = pool.inventory.settings.pool;
    return [
      report('two-mounts', { images: locate(settings.images, own), cache: locate(settings.cache, other) }),
    ];
  },
});

function locate(folder: string, mount: Mount | undefined): Located {
  return { folder, mount: mount?.path ?? null, source: mount?.source ?? null };
}

function describe({ folder, mount, source }: Located): string {
  return mount === null ? `${folder} is on no mount` : `${folder} is on ${mount} (${source ?? ''})`;
}
