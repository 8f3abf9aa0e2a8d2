import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadPlaybook } from '../../src/playbook/load.ts';
import type { Task } from '../../src/playbook/playbook.ts';

const folder = mkdtempSync(join(tmpdir(), 'fastboot-playbook-'));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;

/** Writes a playbook, with other files beside it, and loads it. */
async function load(text: string, files: Readonly<Record<string, string>> = {}) {
  const place = join(folder, String(++count));
  for (const [name, content] of Object.entries({ ...files, 'site.yaml': text })) {
    mkdirSync(dirname(join(place, name)), { recursive: true });
    writeFileSync(join(place, name), content);
  }
  const loaded = await loadPlaybook(join(place, 'site.yaml'));
  const errors = loaded.ok
    ? []
    : loaded.error.map(({ file, line, column, message, hint }) => {
        const where = `${relative(place, file)}:${line}:${column}`;
        return `${where}: ${message.replaceAll(place, 'HERE')}${hint === undefined ? '' : ` (${hint})`}`;
      });
  return { loaded, errors };
}

/** One task of a play, two columns in. */
const play = (task: string): string => `- hosts: compute\n  tasks:\n${task.replace(/^/gm, '    ')}\n`;

describe('errors of a playbook', () => {
  const cases: readonly [string, string, readonly (string | RegExp)[]][] = [
    ['not a list', 'hosts: all', ['site.yaml:1:1: a playbook must be a list of plays']],
    [
      'a play that is not a mapping',
      '- all',
      ['site.yaml:1:3: a play must be a mapping with name, hosts and tasks'],
    ],
    ['no hosts', '- name: x\n  tasks: []', ['site.yaml:1:3: a play needs `hosts`: a group, a host or all']],
    [
      'an unknown key of a play',
      '- hosts: all\n  task: []',
      ['site.yaml:2:3: unknown key `task` in a play (did you mean `tasks`?)'],
    ],
    [
      "a key of Ansible's",
      '- hosts: all\n  gather_facts: false',
      [
        'site.yaml:2:3: unknown key `gather_facts` in a play (known keys: name, hosts, vars, tasks, handlers)',
      ],
    ],
    [
      'tasks that are not a list',
      '- hosts: all\n  tasks: { a: b }',
      ['site.yaml:2:10: `tasks` must be a list of tasks'],
    ],
    ['vars that are not a mapping', '- hosts: all\n  vars: [1]', ['site.yaml:2:9: `vars` must be a mapping']],
    [
      'an unknown resource',
      play('- name: a\n  fil: { path: /x }'),
      ['site.yaml:4:7: there is no resource type `fil` (did you mean `file`?)'],
    ],
    [
      'no resource like it',
      play('- name: a\n  frobnicate: {}'),
      [/^site.yaml:4:7: there is no resource type `frobnicate` \(known: absent, block, /],
    ],
    [
      'two resources',
      play('- directory: { path: /x }\n  link: { path: /y, target: z }'),
      ['site.yaml:3:7: this task has 2 resources; a task must have exactly one'],
    ],
    ['no resource', play('- name: nothing'), ['site.yaml:3:7: this task has no resource']],
    [
      'a task that is not a mapping',
      play('- install nginx'),
      ['site.yaml:3:7: a task must be a mapping with a name and one resource'],
    ],
    [
      'parameters as text',
      play('- package: nginx'),
      ['site.yaml:3:16: `package` needs its parameters as a mapping'],
    ],
    [
      'an unknown parameter',
      play('- directory: { path: /x, moed: "0755" }'),
      ['site.yaml:3:30: unknown key `moed` under `directory` (did you mean `mode`?)'],
    ],
    [
      'an unknown parameter beside a value to be filled in',
      play('- directory: { path: "{{ x }}", moed: "0755" }'),
      ['site.yaml:3:37: unknown key `moed` under `directory` (did you mean `mode`?)'],
    ],
    [
      'a missing parameter',
      play('- link: { path: /x }'),
      [/^site.yaml:3:13: `link` needs the key `target`$/],
    ],
    [
      'a mode without quotes',
      play('- directory: { path: /x, mode: 0755 }'),
      [/^site.yaml:3:36: `mode` must be text, not .*\(.*write `mode: "0755"`\)$/],
    ],
    ['a path that is not absolute', play('- directory: { path: x/y }'), [/^site.yaml:3:26: `path` /]],
    [
      'an unknown handler',
      `${play('- directory: { path: /x }\n  notify: Restrat it')}  handlers:\n    - name: Restart it\n      service: { name: it, state: restarted }\n`,
      [
        'site.yaml:3:7: "directory" notifies "Restrat it", which is not a handler of this play (did you mean "Restart it"?)',
      ],
    ],
    [
      'two handlers of one name',
      '- hosts: all\n  handlers:\n    - { name: a, service: { name: x, state: restarted } }\n    - { name: a, service: { name: y, state: restarted } }',
      ['site.yaml:1:3: two handlers are named "a": rename one of them'],
    ],
    [
      'a handler that is a block',
      '- hosts: all\n  handlers:\n    - name: a\n      block: []',
      ['site.yaml:1:3: a handler must be a task, not a block: make each of its tasks a handler'],
    ],
    [
      'a block in a block',
      play('- block:\n    - block: []'),
      ['site.yaml:3:7: a block cannot contain another block: move its tasks out'],
    ],
    [
      'an unknown key of a block',
      play('- rescue: []\n  block: []'),
      ['site.yaml:3:7: unknown key `rescue` in a block (known keys: name, when, stop_during, block)'],
    ],
    [
      'a condition that is not valid',
      play('- directory: { path: /x }\n  when: a or b'),
      [
        'site.yaml:4:13: when: "a or b" is not a condition: write name, not name, name == value or name != value, joined by "and"',
      ],
    ],
    [
      'a loop that is not a list',
      play('- directory: { path: /x }\n  loop: { a: b }'),
      ['site.yaml:4:13: `loop` must be a list, or the name of one'],
    ],
    [
      'notify that names nothing',
      play('- directory: { path: /x }\n  notify: [[a]]'),
      ['site.yaml:4:16: `notify` must be the name of a handler, or a list of names'],
    ],
    [
      'a file with two sources',
      play('- file: { path: /x, content: a, template: t }'),
      [/a file takes only one of `content`, `src` and `template`/, /cannot read HERE\/t$/],
    ],
    [
      'a missing template',
      play('- file: { path: /x, template: no.conf }'),
      ['site.yaml:3:35: cannot read HERE/no.conf'],
    ],
    [
      'a missing source',
      play('- file: { path: /x, src: files/no }'),
      ['site.yaml:3:30: cannot read HERE/files/no'],
    ],
    [
      'a source that is not a name',
      play('- file: { path: /x, src: [a] }'),
      ['site.yaml:3:30: `src` must be the name of a file', 'site.yaml:3:13: `file` needs the key `content`'],
    ],
    ['a missing import', '- import_playbook: other.yaml', ['other.yaml:1:1: no such playbook']],
    [
      'an import without a name',
      '- import_playbook: [a]',
      ['site.yaml:1:20: `import_playbook` must be the name of a file'],
    ],
    ['an import of itself', '- import_playbook: site.yaml', ['site.yaml:1:20: site.yaml imports itself']],
    [
      'a condition on an import',
      '- import_playbook: other.yaml\n  when: x',
      [
        'site.yaml:2:3: unknown key `when` in an import (known keys: import_playbook)',
        'other.yaml:1:1: no such playbook',
      ],
    ],
    [
      'a handler with a loop',
      '- hosts: all\n  handlers:\n    - { name: a, directory: { path: /x }, loop: [1] }',
      ['site.yaml:3:7: a handler cannot have `loop` or `notify`: remove it'],
    ],
    ['broken YAML', '- hosts: [all', [/^site.yaml:\d+:\d+: /]],
    ['a key twice', '- hosts: all\n  hosts: all', [/^site.yaml:2:3: /]],
  ];
  it.each(cases)('%s', async (_name, text, expected) => {
    const { errors } = await load(text);
    expect(errors).toEqual(
      expected.map((each) => (typeof each === 'string' ? each : (expect.stringMatching(each) as string))),
    );
  });

  it('in a circle of imports', async () => {
    const { errors } = await load('- import_playbook: a/one.yaml', {
      'a/one.yaml': '- import_playbook: ../two.yaml',
      'two.yaml': '- import_playbook: a/../site.yaml',
    });
    expect(errors).toEqual(['two.yaml:1:20: a/../site.yaml imports itself']);
  });

  it('are all reported at once, over all files', async () => {
    const { errors } = await load(
      '- import_playbook: one.yaml\n- hosts: all\n  tasks: [{ fil: {} }, { name: x }]',
      {
        'one.yaml': '- nothing',
      },
    );
    expect(errors.map((error) => error.replace(/: .*/, ''))).toEqual([
      'one.yaml:1:3',
      'site.yaml:3:13',
      'site.yaml:3:24',
    ]);
  });

  it('of a playbook that does not exist', async () => {
    const loaded = await loadPlaybook(join(folder, 'none.yaml'));
    expect(loaded.ok ? [] : loaded.error).toMatchObject([
      { file: join(folder, 'none.yaml'), line: 1, column: 1, message: 'no such playbook' },
    ]);
  });
});

describe('a playbook without errors', () => {
  const tasksOf = async (text: string, files = {}): Promise<readonly Task[]> => {
    const { loaded, errors } = await load(text, files);
    expect(errors).toEqual([]);
    return loaded.ok
      ? loaded.value.plays.flatMap(({ tasks }) =>
          tasks.flatMap((node) => (node.kind === 'block' ? node.tasks : [node])),
        )
      : [];
  };

  it.each([
    ['no tasks', '- hosts: all'],
    ['empty tasks', '- hosts: all\n  tasks:\n  handlers: []'],
    [
      'values to be filled in wherever they may stand',
      play(
        '- directory: { path: "{{ x }}", mode: "{{ m }}" }\n  loop: "{{ list }}"\n  when: [item, not b]\n- service: { name: x, enabled: "{{ on }}", state: "{{ s }}" }\n- user: { name: x, uid: "{{ uid }}" }',
      ),
    ],
    ['a condition that is a constant', play('- directory: { path: /x }\n  when: true')],
    ['a file that comes twice', '- import_playbook: one.yaml\n- import_playbook: one.yaml'],
  ])('may have %s', async (_name, text) => {
    await tasksOf(text, { 'one.yaml': '[]' });
  });

  it('takes a file as it is, and a template with its braces', async () => {
    const tasks = await tasksOf(
      play('- file: { path: /a, src: files/x }\n- file: { path: /b, template: x.conf }'),
      {
        'files/x': 'as {{ it }} is\n',
        'x.conf': 'with {{ value }}\n',
      },
    );
    expect(tasks.map(({ params, literals }) => [params['content'], literals['content']])).toEqual([
      [undefined, 'as {{ it }} is\n'],
      ['with {{ value }}\n', undefined],
    ]);
  });

  it('keeps names, conditions, handlers and places', async () => {
    const [task] = await tasksOf(
      `${play('- name: Make it\n  directory: { path: /x }\n  when: a\n  notify: Done')}  handlers:\n    - { name: Done, directory: { path: /y } }\n`,
    );
    expect(task).toMatchObject({
      name: 'Make it',
      type: 'directory',
      when: ['a'],
      notify: ['Done'],
      place: { line: 3, column: 7 },
    });
  });

  it('has a digest of all that was read', async () => {
    const digest = async (text: string, files: Readonly<Record<string, string>>): Promise<string> => {
      const { loaded } = await load(text, files);
      return loaded.ok ? loaded.value.digest : '';
    };
    const text = '- import_playbook: one.yaml';
    const one = play('- file: { path: /a, template: x }');
    const same = await digest(text, { 'one.yaml': one, x: '1' });
    expect(await digest(text, { 'one.yaml': one, x: '1' })).toBe(same);
    expect(await digest(text, { 'one.yaml': one, x: '2' })).not.toBe(same);
    expect(await digest(text, { 'one.yaml': `${one}\n`, x: '1' })).not.toBe(same);
    expect(await digest(`${text} `, { 'one.yaml': one, x: '1' })).not.toBe(same);
  });
});
