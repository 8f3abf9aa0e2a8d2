/** Check: Nova makes its disks as overlays of base files. */
import { defineCheck } from '../check-framework/define.ts';

const REMEDY =
  'keep [libvirt] images_type at its default if VMs should boot from the pool; otherwise remove this host from the group compute';

export default defineCheck({
  name: 'images-type',
  about:
    'Nova makes disks as qcow2 overlays of base files. With other types it copies, or does not use _base at all.',
  on: 'compute',
  findings: {
    // the flat backend copies what it finds, without the checks of the qcow2 backend: docs/facts.md#fact-9
    'raw-copies': {
      severity: 'warning',
      say: () =>
        'nova makes raw copies (images_type=raw or use_cow_images=false): a boot still copies the whole image, and nova does not check it',
      fix: () => REMEDY,
    },
    'other-type': {
      severity: 'block',
      say: ({ type }: { readonly type: string }) =>
        `nova's images_type is ${type}: such disks do not use _base, so this node has no use for the pool`,
      fix: () => REMEDY,
    },
  },
  judge: ({ node: { settings } }, report) => {
    switch (settings.imagesType) {
      case 'qcow2':
        return [];
      case 'flat':
        return [report('raw-copies')];
      default:
        return [report('other-type', { type: settings.imagesType })];
    }
  },
});
