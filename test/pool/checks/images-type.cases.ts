import { noFindings, novaConf } from './case.ts';
import type { CheckCase } from './case.ts';

export default [
  { name: 'overlays', findings: noFindings },
  {
    name: 'raw copies',
    facts: { c1: novaConf('[libvirt]', 'images_type = raw') },
    findings: [
      {
        host: 'c1',
        code: 'raw-copies',
        fields: {},
        finding:
          'nova makes raw copies (images_type=raw or use_cow_images=false): a boot still copies the whole image, and nova does not check it',
      },
    ],
  },
  {
    name: 'raw copies by another option',
    facts: { c1: novaConf('[DEFAULT]', 'use_cow_images = False') },
    findings: [
      {
        host: 'c1',
        code: 'raw-copies',
        fields: {},
        finding:
          'nova makes raw copies (images_type=raw or use_cow_images=false): a boot still copies the whole image, and nova does not check it',
      },
    ],
  },
  {
    name: 'rbd',
    facts: { c1: novaConf('[libvirt]', 'images_type = rbd') },
    findings: [
      {
        host: 'c1',
        code: 'other-type',
        fields: { type: 'rbd' },
        finding:
          "nova's images_type is rbd: such disks do not use _base, so this node has no use for the pool",
      },
    ],
  },
] satisfies readonly CheckCase[];
