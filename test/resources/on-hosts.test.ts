/**
 * Each resource type is tried on real hosts: a playbook in test/fleet/playbooks uses it, or one of its cases names the test
 * that does, as `real: test/lab/NAME.long.test.ts`. The latter is for types that need NFS, or a pool made by somebody else.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { resourceTypes } from '../../src/resources/index.ts';
import { caseNames, readCase } from './cases.ts';

const root = join(import.meta.dirname, '../..');
const playbooks = join(root, 'test/fleet/playbooks');

const used = readdirSync(playbooks)
  .filter((name) => name.endsWith('.yaml'))
  .flatMap(
    (name) => parse(readFileSync(join(playbooks, name), 'utf8')) as { readonly tasks: readonly object[] }[],
  )
  .flatMap(({ tasks }) => tasks.flatMap(Object.keys));

/** The tests that the cases of a type name. */
const testsOf = (type: string): readonly string[] =>
  caseNames(type).flatMap((name) => readCase(type, name).real ?? []);

test.each(Object.keys(resourceTypes))('%s', (type) => {
  const tests = testsOf(type);
  expect(used.includes(type) || tests.length > 0, 'no playbook and no test on hosts uses it').toBe(true);
  expect(tests.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
