import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadPlaybook } from '../../src/playbook/load.ts';
import { playbookSchema } from '../../src/playbook/schema.ts';
import { resourceTypes } from '../../src/resources/index.ts';

const root = join(import.meta.dirname, '../..');
const validate = new Ajv({
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  allErrors: true,
}).compile(playbookSchema());

const errorsOf = (text: string): readonly string[] =>
  validate(parse(text, { schema: 'yaml-1.1' }))
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);

describe('the schema of playbooks', () => {
  it('is kept in schemas/playbook.schema.json; vitest -u writes it anew', async () => {
    await expect(`${JSON.stringify(playbookSchema(), undefined, 2)}\n`).toMatchFileSnapshot(
      join(root, 'schemas/playbook.schema.json'),
    );
  });

  it.each(['site.yaml', 'nfs-backend.yaml', 'glance.yaml', 'compute.yaml'])(
    'accepts playbooks/%s',
    (name) => {
      expect(errorsOf(readFileSync(join(root, 'playbooks', name), 'utf8'))).toEqual([]);
    },
  );

  it('describes every resource type', () => {
    const { $defs } = playbookSchema() as {
      $defs: { task: { properties: Record<string, { description?: string }> } };
    };
    const { properties } = $defs.task;
    expect(Object.keys(properties)).toEqual(expect.arrayContaining(Object.keys(resourceTypes)));
    const silent = Object.entries(properties).filter(([, { description }]) => description === undefined);
    expect(silent).toEqual([]);
  });

  it.each([
    ['a play without hosts', '- tasks: []'],
    ['an unknown key of a play', '- { hosts: all, roles: [] }'],
    ['an unknown key of a task', '- { hosts: all, tasks: [{ become: true, directory: { path: /x } }] }'],
    ['an unknown parameter', '- { hosts: all, tasks: [{ directory: { path: /x, moed: "0755" } }] }'],
    ['a missing parameter', '- { hosts: all, tasks: [{ link: { path: /x } }] }'],
    ['a wrong type', '- { hosts: all, tasks: [{ service: { name: x, enabled: 7 } }] }'],
    ['a state that there is none of', '- { hosts: all, tasks: [{ service: { name: x, state: on } }] }'],
    ['a block in a handler', '- { hosts: all, handlers: [{ block: [] }] }'],
    ['an import with a condition', '- { import_playbook: x, when: y }'],
  ])('refuses %s', (_name, text) => {
    expect(errorsOf(text)).not.toEqual([]);
  });

  it('accepts values to be filled in', () => {
    expect(
      errorsOf(
        '- { hosts: all, tasks: [{ service: { name: "{{ x }}", enabled: "{{ y }}", state: "{{ z }}" }, loop: list, when: [a, not b] }] }',
      ),
    ).toEqual([]);
  });
});

it('the packaged playbooks have no errors', async () => {
  const loaded = await loadPlaybook(join(root, 'playbooks/site.yaml'));
  expect(loaded.ok ? [] : loaded.error).toEqual([]);
  expect(loaded.ok && loaded.value.plays.map(({ hosts }) => hosts)).toEqual([
    'nfs_backend',
    'glance',
    'compute',
    'compute',
  ]);
});
