/** Check: there is room for new images. */
import { defineCheck } from '../check-framework/define.ts';

const MIN_FREE_PERCENT = 10;
const MIN_FREE_GIB = 20;

const REMEDY =
  'make room or grow the file system: new images and snapshots land here, and links of deleted images keep their space';

type Folder = { readonly folder: string };
type Free = Folder & { readonly gib: number; readonly percent: number };

export default defineCheck({
  name: 'space',
  about: `The file system of the images has at least ${MIN_FREE_GIB} GiB and ${MIN_FREE_PERCENT} % free.`,
  on: 'backend',
  findings: {
    unknown: {
      severity: 'unknown',
      say: ({ folder }: Folder) => `df gives no answer for ${folder}`,
      fix: () => REMEDY,
    },
    low: {
      severity: 'warning',
      say: ({ folder, gib, percent }: Free) =>
        `${gib.toFixed(1)} GiB (${percent} %) are free on the file system of ${folder}`,
      fix: () => REMEDY,
    },
  },
  judge: ({ node: { images }, pool }, report) => {
    const folder = pool.inventory.settings.pool.images;
    if (images.kind !== 'folder') return [];
    if (images.space === null) return [report('unknown', { folder })];
    // in KiB
    const { total, free } = images.space;
    const gib = free / 1024 / 1024;
    const percent = total === 0 ? 0 : (free / total) * 100;
    return percent < MIN_FREE_PERCENT || gib < MIN_FREE_GIB
      ? [report('low', { folder, gib: Number(gib.toFixed(1)), percent: Math.floor(percent) })]
      : [];
  },
});
