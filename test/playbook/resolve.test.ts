import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import { resolvePlay } from '../../src/playbook/resolve.ts';
import { factNames } from '../../src/playbook/variable-names.ts';

const folder = mkdtempSync(join(tmpdir(), 'fastboot-resolve-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function load(text: string) {
  const file = join(folder, 'site.yaml');
  writeFileSync(file, text);
  const loaded = await loadPlaybook(file);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  return loaded.value;
}

/** The paths that tasks come to, or the error. */
async function resolve(tasks: string, vars: JsonObject): Promise<readonly string[] | string> {
  const { plays } = await load(
    `- hosts: all\n  vars: { base: "/srv/{{ name }}", deep: "{{ base }}/deep" }\n  tasks: ${tasks}\n`,
  );
  const [play] = plays;
  if (play === undefined) throw new Error('no play');
  const desired = resolvePlay(play, vars);
  if (!desired.ok) return `${desired.error.task}: ${desired.error.message}`;
  return desired.value.groups.flatMap(({ stopDuring, resources }) =>
    resources.map(
      ({ params }) => `${stopDuring === null ? '' : `${stopDuring} `}${params['path'] as string}`,
    ),
  );
}

const vars = {
  name: 'h',
  yes: true,
  no: false,
  none: null,
  list: ['a', 'b'],
  items: [
    { path: '/x', on: true },
    { path: '/y', on: false },
  ],
  unit: 'u.service',
};

describe('a play filled in for a host', () => {
  it.each<[string, string, readonly string[] | string]>([
    ['values', '[{ directory: { path: "{{ base }}" } }]', ['/srv/h']],
    ['vars of vars', '[{ directory: { path: "{{ deep }}" } }]', ['/srv/h/deep']],
    [
      'a condition',
      '[{ directory: { path: /a }, when: yes }, { directory: { path: /b }, when: [yes, no] }]',
      ['/a'],
    ],
    ['a loop over a list', '[{ directory: { path: "/{{ item }}" }, loop: [1, 2] }]', ['/1', '/2']],
    ['a loop over a variable', '[{ directory: { path: "/{{ item }}" }, loop: list }]', ['/a', '/b']],
    ['a loop with values', '[{ directory: { path: "/{{ item }}" }, loop: ["{{ name }}", z] }]', ['/h', '/z']],
    [
      'a condition about the item',
      '[{ directory: { path: "{{ item.path }}" }, loop: items, when: item.on }]',
      ['/x'],
    ],
    [
      'the same in a block',
      '[{ block: [{ directory: { path: "{{ item.path }}" }, loop: items, when: not item.on }] }]',
      ['/y'],
    ],
    [
      'a condition that keeps a loop from being read',
      '[{ directory: { path: "{{ item }}" }, loop: nowhere, when: no }]',
      [],
    ],
    [
      'the same in a block',
      '[{ block: [{ directory: { path: "{{ item }}" }, loop: nowhere, when: no }] }]',
      [],
    ],
    [
      'a block whose condition fails',
      '[{ when: no, stop_during: "{{ nowhere }}", block: [{ directory: { path: "{{ nowhere }}" } }] }]',
      [],
    ],
    [
      'a service that is stopped meanwhile',
      '[{ stop_during: "{{ unit }}", block: [{ directory: { path: /a } }] }]',
      ['u.service /a'],
    ],
    ['no service to stop', '[{ stop_during: "{{ none }}", block: [{ directory: { path: /a } }] }]', ['/a']],
    [
      'a name that does not exist',
      '[{ name: Do it, directory: { path: "{{ nmae }}" } }]',
      'Do it: {{ nmae }}: there is no variable "nmae"; did you mean "name"?',
    ],
    [
      'a condition on a name that does not exist',
      '[{ directory: { path: /a }, when: nmae }]',
      'directory: when: {{ nmae }}: there is no variable "nmae"; did you mean "name"?',
    ],
    [
      'a loop over something that is not a list',
      '[{ directory: { path: /a }, loop: name }]',
      'directory: `loop` must be a list',
    ],
    [
      'a value that does not fit',
      '[{ directory: { path: "{{ list }}" } }]',
      'directory: directory.path must be string',
    ],
    [
      'a path that leaves its place',
      '[{ directory: { path: "/srv/{{ item }}" }, loop: [../etc] }]',
      /must match pattern/.source,
    ],
  ])('%s', async (_what, tasks, expected) => {
    const found = await resolve(tasks, vars);
    expect(found).toEqual(
      typeof expected === 'string' && typeof found === 'string'
        ? (expect.stringContaining(expected) as string)
        : expected,
    );
  });
});

describe('the facts that a playbook needs', () => {
  it.each([
    ['none', '[{ directory: { path: "/{{ host.name }}" } }]', []],
    ['of parameters', '[{ directory: { path: "/{{ os.id }}" } }]', ['os.id']],
    [
      'of conditions, loops and blocks',
      '[{ directory: { path: /a }, when: not nova.unit }, { stop_during: "{{ gate.x }}", block: [{ directory: { path: /b }, loop: pool.list }] }]',
      ['gate.x', 'nova.unit', 'pool.list'],
    ],
  ])('%s', async (_what, tasks, expected) => {
    const playbook = await load(`- hosts: all\n  tasks: ${tasks}\n`);
    expect(factNames(playbook.plays.flatMap((play) => play.names))).toEqual(expected);
  });
});
