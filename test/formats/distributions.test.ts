/** The names that distributions give to packages and units stand in one file. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  distributionFamily,
  distributionNames,
  unitNames,
  versionPackages,
} from '../../src/formats/distributions.ts';
import { parseOsRelease } from '../../src/formats/os-release.ts';

const root = resolve(import.meta.dirname, '../..');
const families = (['debian', 'redhat'] as const).flatMap((family) => distributionNames(family) ?? []);

test.each([
  ['ID=debian', 'debian'],
  ['ID=ubuntu\nID_LIKE=debian', 'debian'],
  ['ID=linuxmint\nID_LIKE="ubuntu debian"', 'debian'],
  ['ID="rocky"\nID_LIKE="rhel centos fedora"', 'redhat'],
  ['ID="ol"\nID_LIKE="fedora"', 'redhat'],
  ['ID=alpine', 'other'],
  ['', 'other'],
])('%j is %s', (text, family) => {
  expect(distributionFamily(parseOsRelease(text))).toBe(family);
});

test('names of another family are not known', () => {
  expect(distributionNames('other')).toBeUndefined();
});

test('names of all distributions: each once, those of Debian first', () => {
  expect(unitNames('nfs_server')).toHaveLength(1);
  expect(unitNames('nova_compute')).toEqual(['nova-compute.service', 'openstack-nova-compute.service']);
  expect(versionPackages('libvirt')).toEqual(['libvirt-daemon', 'libvirt-daemon-system', 'libvirt']);
});

describe('no other file has the names', () => {
  const packages = families.flatMap((names) => Object.values(names.packages));
  const units = families.flatMap((names) => Object.values(names.units));

  /** Lines of files that have one of these names as a whole word. Comments do not count. */
  function linesWith(
    folder: string,
    ending: RegExp,
    names: readonly string[],
    comment: RegExp,
  ): readonly string[] {
    const words = new Set(names);
    return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => ending.test(file) && file !== 'formats/distributions.ts')
      .flatMap((file) => {
        const text = readFileSync(join(root, folder, file), 'utf8').replace(comment, '');
        const found = text
          .split('\n')
          .filter((line) => line.match(/[\w@.-]+/g)?.some((word) => words.has(word)));
        return found.map((line) => `${file}: ${line.trim()}`);
      });
  }

  test('playbooks and their templates', () => {
    expect(linesWith('playbooks', /\.yaml$/, [...packages, ...units], /#.*/g)).toEqual([]);
    expect(linesWith('playbooks/templates', /./, [...packages, ...units], /^#.*/gm)).toEqual([]);
  });

  test('the program', () => {
    // a host's program python3 has the name of its package
    const names = [...packages, ...units].filter((name) => name !== 'python3');
    expect(linesWith('src', /\.(ts|sh)$/, names, /\/\*[\s\S]*?\*\/|\/\/.*/g)).toEqual([]);
  });
});
