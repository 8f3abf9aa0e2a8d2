import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { content } from '../../../src/facts/content.ts';
import { folderFiles } from '../../../src/facts/folder-files.ts';
import { folderLinks } from '../../../src/facts/folder-links.ts';
import { baseName } from '../../../src/pool/nodes/base-name.ts';
import { findOddLinks } from '../../../src/pool/decisions/invalid-links.ts';
import type { OddKind } from '../../../src/pool/decisions/invalid-links.ts';
import { CACHE, CONFIG, IMAGES, answer, derive, makeInventory } from '../fixture.ts';

const [A, B] = ['155d900f-4e14-4e4c-a73d-069cbf4541e6', 'bbbbbbbb-4e14-4e4c-a73d-069cbf4541e6'];
const images = [
  { name: A, size: 100, inode: 1 },
  { name: B, size: 200, inode: 2 },
];
/** As in facts, Q11. */
const [RIGHT, NEWLINE] = [
  'f2d1a8250ed3d4b744a8250dab8f6840179d502a',
  'cc088f7d6817502c7233e86b8c32f9a4342eabc6',
];
const unknown = createHash('sha1').update('gone').digest('hex');

describe('names in the cache folder', () => {
  test.each<[string, { name: string; size: number; inode: number }, OddKind | undefined]>([
    ['a right link', { name: RIGHT, size: 100, inode: 1 }, undefined],
    ['a file that was linked too early', { name: RIGHT, size: 60, inode: 9 }, 'other-size'],
    ['a copy', { name: RIGHT, size: 100, inode: 9 }, 'copy'],
    ["another image's file", { name: RIGHT, size: 200, inode: 2 }, 'other-image'],
    ['hashed with a newline', { name: NEWLINE, size: 100, inode: 1 }, 'newline'],
    ['some other name of an image', { name: unknown, size: 100, inode: 1 }, 'alias'],
    ['of a deleted image', { name: unknown, size: 5, inode: 9 }, undefined],
    ['no base name', { name: `${RIGHT}.part`, size: 5, inode: 9 }, undefined],
  ])('%s', (_, file, kind) => {
    expect(findOddLinks(images, [file], [], [])).toEqual(
      kind === undefined ? [] : [{ name: file.name, kind, image: expect.any(String) as string }],
    );
  });

  test('symbolic links, and files that compute nodes made', () => {
    expect(findOddLinks(images, [], [RIGHT, 'readme'], [])).toEqual([
      { name: RIGHT, kind: 'symlink', image: A },
    ]);
    expect(findOddLinks(images, [{ name: RIGHT, size: 60, inode: 9 }], [], [RIGHT])).toEqual([]);
  });
});

test('they are findings with a way out and block nothing', () => {
  const cache = [
    { name: RIGHT, size: 60, inode: 9 },
    { name: baseName(B), size: 200, inode: 8 },
  ];
  const nfs01 = [
    answer(folderFiles({ path: IMAGES }), images),
    answer(folderFiles({ path: CACHE }), cache),
    answer(folderLinks({ path: CACHE, limit: 1000 }), [baseName('x')]),
  ];
  const links = (over = nfs01) =>
    derive(makeInventory(1), { nfs01: over }).findings.filter(({ check }) => check === 'links');
  expect(links().map(({ severity }) => severity)).toEqual(['warning', 'warning', 'notice']);
  expect(links()[0]?.finding).toContain(`${RIGHT} (image ${A})`);
  expect(links()[2]?.remedy).toContain('harmless');
  const config = answer(content({ path: CONFIG }), JSON.stringify({ adopted: [RIGHT] }));
  expect(links([...nfs01, config]).map(({ severity }) => severity)).toEqual(['warning', 'notice']);
});
