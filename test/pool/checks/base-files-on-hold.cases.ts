import { createHash } from 'node:crypto';
import { diskHeader } from '../../../src/facts/disk-header.ts';
import { fileDigest } from '../../../src/facts/file-digest.ts';
import { folderFiles } from '../../../src/facts/folder-files.ts';
import { plainDisk } from '../../../src/formats/disk/reading.ts';
import { answer, IMAGES } from '../fixture.ts';
import { diskOn, file, GIB, noFindings, OTHER_SUM, SUM, withBases } from './case.ts';
import type { CheckCase } from './case.ts';

const ID = '155d900f-4e14-4e4c-a73d-069cbf4541e6';
const NAME = createHash('sha1').update(ID).digest('hex');
/** An image that is not published yet. */
const image = [
  answer(folderFiles({ path: IMAGES }), [{ name: ID, size: GIB, inode: 9 }]),
  answer(diskHeader({ path: `${IMAGES}/${ID}`, bytes: 2048 }), { size: GIB, reading: plainDisk('raw') }),
  answer(fileDigest({ path: `${IMAGES}/${ID}` }), SUM),
];
const node = (digest: string) => withBases([file(NAME)], { digest, own: [diskOn(NAME)] });

export default [
  {
    name: 'both nodes have the bytes of the image',
    facts: { nfs01: image, c1: node(SUM), c2: node(SUM) },
    findings: noFindings,
  },
  {
    name: 'another node has other bytes',
    facts: { nfs01: image, c1: node(SUM), c2: node(OTHER_SUM) },
    findings: [
      {
        host: 'c1',
        code: 'needed',
        fields: {
          size: 1073741824,
          files: {
            total: 1,
            first: [
              {
                name: 'f2d1a8250ed3d4b744a8250dab8f6840179d502a',
                users: '155d900f-4e14-4e4c-a73d-069cbf4541e6',
              },
            ],
          },
        },
        finding:
          'VMs here need 1 base file (1.0 GiB) that is on hold: f2d1a8250ed3d4b744a8250dab8f6840179d502a (155d900f-4e14-4e4c-a73d-069cbf4541e6). Another compute node has, or may have, different files under these names',
      },
    ],
  },
] satisfies readonly CheckCase[];
