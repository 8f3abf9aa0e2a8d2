import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { judge } from './judge.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fastboot-disks-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('1000 generated images read as qemu-img reads them', () => {
  const { differing, agreed, refused } = judge(folder, 1000);
  expect(differing).toEqual([]);
  expect(agreed).toBeGreaterThan(350);
  expect(refused).toBeGreaterThan(200);
});
