import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, ensureBundle, fastboot, root } from './cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'fastboot-cli-'));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
/** The least processor time in seconds that Node takes with these arguments, of some rounds. */
async function cpuOfNode(...args: readonly string[]): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < 5; round += 1) {
    const script = '"$@" >/dev/null; times';
    const { stdout } = await promisify(execFile)('sh', ['-c', script, 'sh', process.execPath, ...args]);
    // the second line is that of the children: user and system time, such as 0m0.150s 0m0.020s
    const parts = [...(stdout.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
    const seconds = parts.map(([, minutes, rest]) => Number(minutes) * 60 + Number(rest));
    least = Math.min(
      least,
      seconds.reduce((sum, part) => sum + part, 0),
    );
  }
  return least;
}

beforeAll(ensureBundle);
afterAll(() => rmSync(folder, { recursive: true }));

const good = file(
  'good.yaml',
  'all: { children: { nfs_backend: { hosts: { b: { ansible_host: 192.0.2.1 } } }, compute: { hosts: { "c[1:2]": {} } } } }',
);

describe('the command line', () => {
  it('prints its version', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(await fastboot(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('explains itself', async () => {
    const { code, stdout, stderr } = await fastboot(['--help']);
    expect([code, stderr]).toEqual([0, '']);
    for (const word of ['init', 'validate', 'inventory', 'plan', 'apply', 'history', 'Exit codes'])
      expect(stdout).toContain(word);
  });

  it('explains itself in little more processor time than Node takes to start', async () => {
    const [node, help] = [await cpuOfNode('-e', ''), await cpuOfNode(bundle, '--help')];
    expect(help / node).toBeLessThan(4);
  });

  it.each([
    [['remove', good, 'c3', '--yes'], 'did you mean `c1`?'],
    [['remove', good, 'b', '--yes'], 'b is not in the group compute'],
    [['remove', good, 'c1'], 'there is no terminal to ask on'],
    [['gc', good], 'not handled yet'],
    [['gc', good, '--local', '--delete', '--json'], 'without --delete'],
  ])('%s touches nothing', async (args, said) => {
    const { code, stdout, stderr } = await fastboot(args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(said);
    expect(stderr).toContain('Nothing was touched.');
  });

  it('explains each command', async () => {
    const { code, stdout } = await fastboot(['apply', '--help']);
    expect(code).toBe(0);
    for (const option of [
      '--limit',
      '--forks',
      '--playbook',
      '--yes',
      '--json',
      '--dry-run',
      '--serial',
      '--lock-timeout',
      '--canary',
      '--max-failures',
      '--log-file',
      '--color',
    ])
      expect(stdout).toContain(option);
  });

  it.each([
    ['no command', [], 'Usage: fastboot'],
    ['an unknown command', ['aply', good], 'Did you mean apply?'],
    ['an unknown option', ['apply', good, '--yse'], 'Did you mean --yes?'],
    ['a missing argument', ['plan'], "missing required argument 'inventory'"],
    ['one argument too many', ['plan', good, 'more'], 'too many arguments'],
    ['zero forks', ['plan', good, '--forks', '0'], 'Expected a whole number ≥ 1.'],
    ['a batch of none', ['apply', good, '--serial', '0'], 'Expected a whole number ≥ 1 or a percentage'],
    [
      'a batch that is not a number',
      ['apply', good, '--serial', 'x'],
      'Expected a whole number or a percentage',
    ],
    ['more than all', ['apply', good, '--max-failures', '101%'], 'Expected a whole number or a percentage'],
    ['a wait that is none', ['apply', good, '--lock-timeout', '-1'], 'Expected whole seconds ≥ 0.'],
    ['no canary', ['apply', good, '--canary', '0'], 'Expected a whole number ≥ 1.'],
    ['a canary that does not exist', ['apply', good, '--yes', '--canary', 'c3'], '--canary: no host'],
    ['the backend as a canary', ['apply', good, '--yes', '--canary', 'b'], '--canary: b is not in the group'],
    ['a plan without a question', ['plan', good, '--yes'], "unknown option '--yes'"],
    ['batches of a plan', ['plan', good, '--serial', '1'], "unknown option '--serial'"],
    ['a colour that is none', ['plan', good, '--color', 'blue'], 'Allowed choices are auto, always, never'],
    ['no view of the inventory', ['inventory', good], 'Choose one of --list, --host HOST and --graph'],
    ['two views of the inventory', ['inventory', good, '--list', '--graph'], 'cannot be used with'],
    ['no inventory', ['plan', join(folder, 'none.yaml')], 'none.yaml:1:1: '],
    ['a limit that matches no host', ['plan', good, '--limit', 'c9'], '--limit: '],
    ['no playbook', ['plan', good, '--playbook', join(folder, 'none.yaml')], 'no such playbook'],
    ['apply without a terminal', ['apply', good], 'Give --yes'],
    ['apply with events and without --yes', ['apply', good, '--json'], 'Give --yes'],
  ])('refuses %s', async (_what, args, message) => {
    const { code, stdout, stderr } = await fastboot(args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

describe('validate', () => {
  it('says what is valid', async () => {
    const { code, stdout, stderr } = await fastboot(['validate', good]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/good\.yaml is valid: backend b, 2 compute nodes; 3 plays with \d+ tasks\.\n$/);
  });

  it('tells all errors of inventory and playbook at once, with their lines', async () => {
    const inventory = file(
      'bad.yaml',
      'all:\n  children:\n    nfs_backend: { hosts: { b: { ansible_prot: 1 } } }\n    compute: { hosts: { c: 1 } }\n',
    );
    const playbook = file('bad-play.yaml', '- hosts: all\n  task: []\n');
    const { code, stdout, stderr } = await fastboot(['validate', inventory, '--playbook', playbook]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`${inventory}:3:34: `);
    expect(stderr).toContain('ansible_port');
    expect(stderr).toContain(`${inventory}:4:28: `);
    expect(stderr).toContain(
      `${playbook}:2:3: unknown key \`task\` in a play\n 2 |   task: []\n   |   ^\n  hint: did you mean \`tasks\`?`,
    );
  });

  it('warns of a play without hosts', async () => {
    const playbook = file('nobody.yaml', '- hosts: computes\n  tasks: []\n');
    const { code, stderr } = await fastboot(['validate', good, '--playbook', playbook]);
    expect(code).toBe(0);
    expect(stderr).toContain(`${playbook}:1:3: warning: `);
    expect(stderr).toContain('did you mean `compute`?');
  });
});

describe('init', () => {
  it('writes an inventory that is in order, and never overwrites', async () => {
    const path = join(folder, 'new.yaml');
    expect((await fastboot(['init', path])).code).toBe(0);
    expect((await fastboot(['validate', path])).code).toBe(0);
    const before = readFileSync(path, 'utf8');
    const again = await fastboot(['init', path]);
    expect([again.code, again.stdout]).toEqual([1, '']);
    expect(readFileSync(path, 'utf8')).toBe(before);
  });
});
