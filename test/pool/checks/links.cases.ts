import { content } from '../../../src/facts/content.ts';
import { folderFiles } from '../../../src/facts/folder-files.ts';
import { folderLinks } from '../../../src/facts/folder-links.ts';
import { answer, CACHE, CONFIG, IMAGES } from '../fixture.ts';
import { noFindings } from './case.ts';
import type { CheckCase } from './case.ts';

const ID = '155d900f-4e14-4e4c-a73d-069cbf4541e6';
const [NAME, WITH_NEWLINE] = [
  'f2d1a8250ed3d4b744a8250dab8f6840179d502a',
  'cc088f7d6817502c7233e86b8c32f9a4342eabc6',
];
const UNKNOWN = '0123456789abcdef0123456789abcdef01234567';
const images = answer(folderFiles({ path: IMAGES }), [
  { name: ID, size: 100, inode: 1 },
  { name: 'other', size: 200, inode: 2 },
]);
const cache = (...files: readonly (readonly [string, number, number])[]) => [
  images,
  answer(
    folderFiles({ path: CACHE }),
    files.map(([name, size, inode]) => ({ name, size, inode })),
  ),
];
const cached = (...files: readonly (readonly [string, number, number])[]) => ({ nfs01: cache(...files) });

export default [
  {
    name: 'a valid link, and a deleted image',
    facts: cached([NAME, 100, 1], [UNKNOWN, 5, 9]),
    findings: noFindings,
  },
  {
    name: 'a file that a compute node made',
    facts: { nfs01: [...cache([NAME, 60, 9]), answer(content({ path: CONFIG }), `{"adopted":["${NAME}"]}`)] },
    findings: noFindings,
  },
  {
    name: 'folders that cannot be listed',
    facts: { nfs01: [answer(folderFiles({ path: CACHE }), null)] },
    findings: noFindings,
  },
  {
    name: 'the file of another image',
    facts: cached([NAME, 200, 2]),
    findings: [
      {
        host: 'nfs01',
        code: 'other-image',
        fields: {
          images: '/var/lib/glance/images',
          cache: '/var/lib/glance/imagecache',
          links: {
            total: 1,
            first: ['f2d1a8250ed3d4b744a8250dab8f6840179d502a (image 155d900f-4e14-4e4c-a73d-069cbf4541e6)'],
          },
        },
        finding:
          '/var/lib/glance/imagecache holds 1 name with the file of another image, so new VMs boot from the wrong image: f2d1a8250ed3d4b744a8250dab8f6840179d502a (image 155d900f-4e14-4e4c-a73d-069cbf4541e6)',
      },
    ],
  },
  {
    name: 'linked before it was complete',
    facts: cached([NAME, 60, 9]),
    findings: [
      {
        host: 'nfs01',
        code: 'other-size',
        fields: {
          images: '/var/lib/glance/images',
          cache: '/var/lib/glance/imagecache',
          links: {
            total: 1,
            first: ['f2d1a8250ed3d4b744a8250dab8f6840179d502a (image 155d900f-4e14-4e4c-a73d-069cbf4541e6)'],
          },
        },
        finding:
          '/var/lib/glance/imagecache holds 1 name with a file of another size than its image, perhaps linked before the image was complete: f2d1a8250ed3d4b744a8250dab8f6840179d502a (image 155d900f-4e14-4e4c-a73d-069cbf4541e6)',
      },
    ],
  },
  {
    name: 'a copy',
    facts: cached([NAME, 100, 9]),
    findings: [
      {
        host: 'nfs01',
        code: 'copy',
        fields: {
          images: '/var/lib/glance/images',
          cache: '/var/lib/glance/imagecache',
          links: {
            total: 1,
            first: ['f2d1a8250ed3d4b744a8250dab8f6840179d502a (image 155d900f-4e14-4e4c-a73d-069cbf4541e6)'],
          },
        },
        finding:
          '/var/lib/glance/imagecache holds 1 name with a separate file of the size of its image, not a link: f2d1a8250ed3d4b744a8250dab8f6840179d502a (image 155d900f-4e14-4e4c-a73d-069cbf4541e6)',
      },
    ],
  },
  {
    name: 'hashed with a newline',
    facts: cached([WITH_NEWLINE, 100, 1]),
    findings: [
      {
        host: 'nfs01',
        code: 'newline',
        fields: {
          images: '/var/lib/glance/images',
          cache: '/var/lib/glance/imagecache',
          links: {
            total: 1,
            first: ['cc088f7d6817502c7233e86b8c32f9a4342eabc6 (image 155d900f-4e14-4e4c-a73d-069cbf4541e6)'],
          },
        },
        finding:
          '/var/lib/glance/imagecache holds 1 name computed from an image id plus a newline (Nova never looks for such names): cc088f7d6817502c7233e86b8c32f9a4342eabc6 (image 155d900f-4e14-4e4c-a73d-069cbf4541e6)',
      },
    ],
  },
  {
    name: 'another name of an image',
    facts: cached([UNKNOWN, 100, 1]),
    findings: [
      {
        host: 'nfs01',
        code: 'alias',
        fields: {
          images: '/var/lib/glance/images',
          cache: '/var/lib/glance/imagecache',
          links: {
            total: 1,
            first: ['0123456789abcdef0123456789abcdef01234567 (image 155d900f-4e14-4e4c-a73d-069cbf4541e6)'],
          },
        },
        finding:
          '/var/lib/glance/imagecache holds 1 name that belongs to no image, with the file of an image: 0123456789abcdef0123456789abcdef01234567 (image 155d900f-4e14-4e4c-a73d-069cbf4541e6)',
      },
    ],
  },
  {
    name: 'symbolic links, more than are shown',
    facts: {
      nfs01: [
        images,
        answer(
          folderLinks({ path: CACHE, limit: 1000 }),
          ['a', 'b', 'c', 'd'].map((each) => each.repeat(40)),
        ),
      ],
    },
    findings: [
      {
        host: 'nfs01',
        code: 'symlink',
        fields: {
          images: '/var/lib/glance/images',
          cache: '/var/lib/glance/imagecache',
          links: {
            total: 4,
            first: [
              'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
              'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb',
              'cccccccccccccccccccccccccccccccccccccccc',
            ],
          },
        },
        finding:
          '/var/lib/glance/imagecache holds 4 symbolic links under the name of a base file, which a compute node cannot follow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, cccccccccccccccccccccccccccccccccccccccc and 1 more',
      },
    ],
  },
] satisfies readonly CheckCase[];
