import { folderLocation } from '../../../src/facts/folder-location.ts';
import { answer, CACHE, folder, IMAGES } from '../fixture.ts';
import { mounted, noFindings } from './case.ts';
import type { CheckCase } from './case.ts';

export default [
  { name: 'both on the root mount', findings: noFindings },
  {
    name: 'both on one other mount',
    facts: { nfs01: mounted({ path: '/var/lib/glance' }) },
    findings: noFindings,
  },
  {
    name: 'the images on a mount of their own',
    facts: { nfs01: mounted({ path: IMAGES }) },
    findings: [
      {
        host: 'nfs01',
        code: 'two-mounts',
        fields: {
          images: { folder: '/var/lib/glance/images', mount: '/var/lib/glance/images', source: '/dev/sdb' },
          cache: { folder: '/var/lib/glance/imagecache', mount: '/', source: '/dev/sda1' },
        },
        finding:
          '/var/lib/glance/images is on /var/lib/glance/images (/dev/sdb), and /var/lib/glance/imagecache is on / (/dev/sda1): hard links need one mount and one subvolume for both',
      },
    ],
  },
  {
    name: 'a cache folder that is a link to another disk',
    facts: {
      nfs01: [answer(folderLocation({ path: CACHE }), folder('/data/cache')), ...mounted({ path: '/data' })],
    },
    findings: [
      {
        host: 'nfs01',
        code: 'two-mounts',
        fields: {
          images: { folder: '/var/lib/glance/images', mount: '/', source: '/dev/sda1' },
          cache: { folder: '/var/lib/glance/imagecache', mount: '/data', source: '/dev/sdb' },
        },
        finding:
          '/var/lib/glance/images is on / (/dev/sda1), and /var/lib/glance/imagecache is on /data (/dev/sdb): hard links need one mount and one subvolume for both',
      },
    ],
  },
  {
    name: 'two subvolumes of one mount',
    facts: { nfs01: [answer(folderLocation({ path: CACHE }), folder(CACHE, { device: 2 }))] },
    findings: [
      {
        host: 'nfs01',
        code: 'two-mounts',
        fields: {
          images: { folder: '/var/lib/glance/images', mount: '/', source: '/dev/sda1' },
          cache: { folder: '/var/lib/glance/imagecache', mount: '/', source: '/dev/sda1' },
        },
        finding:
          '/var/lib/glance/images is on / (/dev/sda1), and /var/lib/glance/imagecache is on / (/dev/sda1): hard links need one mount and one subvolume for both',
      },
    ],
  },
  {
    name: 'no images folder: another check says that',
    facts: { nfs01: [answer(folderLocation({ path: IMAGES }), folder(IMAGES, { kind: 'absent' }))] },
    findings: noFindings,
  },
] satisfies readonly CheckCase[];
