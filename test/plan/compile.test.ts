import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { path } from '../../src/facts/path.ts';
import { buildHostPlan } from '../../src/plan/build.ts';
import { compileScript, scriptChanges } from '../../src/plan/compile.ts';
import { desiredQueries } from '../../src/resources/desired-state.ts';
import type { DesiredState } from '../../src/resources/desired-state.ts';
import { SHELLS } from '../engine/shell-host.ts';
import { bareState, handler, resource, desiredOf } from './desired-states.ts';

const HOSTILE = `a 'b' "c" $(d) \`e\` \\ % ;&|<>*?[x] ~ !`;

const mount = resource('mount', {
  path: '/srv/base',
  source: 'b:/pool',
  type: 'nfs4',
  options: 'vers=4.2,hard',
});

const desiredStates: Readonly<Record<string, DesiredState>> = {
  nothing: desiredOf([]),
  files: desiredOf([
    resource('file', { path: `/srv/${HOSTILE}`, content: `${HOSTILE}\nEOF\n\n` }, [HOSTILE]),
    resource('directory', { path: '/srv/dir', owner: 'root', group: '0', mode: '1775' }),
    resource('link', { path: '/srv/link', target: HOSTILE }),
    resource('line', { path: '/srv/line', line: HOSTILE, create: true }),
    resource('block', { path: '/srv/block', marker: 'ours', content: HOSTILE, create: true }),
    resource('ini_option', { path: '/srv/ini', section: 'a', option: 'b', value: 'c', create: true }),
    resource('cron', { name: 'job', schedule: '5 * * * *', job: 'true' }),
  ]),
  packages: desiredOf(
    [
      resource('package', { name: ['one', 'two'] }, ['Again']),
      resource('service', { name: 'one', enabled: true, state: 'started' }),
    ],
    [handler('Again', 'service', { name: 'two', state: 'restarted' })],
  ),
  mount: {
    groups: [
      {
        stopDuring: 'nova-compute',
        resources: [mount, resource('file', { path: '/srv/gate', content: '' })],
      },
    ],
    handlers: [],
  },
  accounts: desiredOf([
    resource('group', { name: 'g', gid: 123 }),
    resource('user', { name: 'u', groups: ['g'] }),
  ]),
  commands: desiredOf([
    resource('command', { script: 'echo one\necho two # comment', creates: '/srv/x' }),
    resource('command', { argv: ['printf', '%s', HOSTILE], unless: 'false' }),
    resource('wait_for', { port: 22 }),
  ]),
};

function scriptFor(desired: DesiredState): string {
  const { plan } = buildHostPlan({ host: 'h', desired, state: bareState(desired), pending: [], blocks: [] });
  return compileScript(plan.units, [...desiredQueries(desired), path({ path: '/srv' })], {
    nonce: '0123456789abcdef',
    signature: { runId: '20261121T120000000-abc', operator: HOSTILE },
  });
}

/** What shellcheck warns of and is meant so. */
const MEANT = {
  SC1007: '`a= b=` empties both',
  SC1010: '`fb done` is no end of a loop',
  SC2043: 'a loop over one path is a loop over what a plan holds',
  SC2125: '`?` in the mount table stands for one octal escape',
  SC2140: 'values are quoted one by one',
  SC2174: 'the folders above have their modes already',
  SC2209: 'a word, not a command',
  SC2254: 'mount points serve as patterns',
};

const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0;

describe.each(Object.entries(desiredStates))('the script for %s', (_name, desired) => {
  it.each(SHELLS.map((shell) => [shell.join(' '), shell] as const))(
    'is one that %s reads',
    (_shell, [program = '', ...words]) => {
      const { status, stderr } = spawnSync(program, [...words, '-n'], {
        input: scriptFor(desired),
        encoding: 'utf8',
      });
      expect([status, stderr]).toEqual([0, '']);
    },
  );

  it.skipIf(!hasShellcheck)('has nothing that shellcheck calls an error or warns of', () => {
    const except = Object.keys(MEANT).join(',');
    const words = ['-s', 'sh', '-S', 'warning', '-f', 'gcc', '-e', except, '-'];
    const { stdout } = spawnSync('shellcheck', words, { input: scriptFor(desired), encoding: 'utf8' });
    expect(stdout).toBe('');
  });

  it('is the same each time', () => {
    expect(scriptFor(desired)).toBe(scriptFor(desired));
  });
});

it('counts changes in the order of the script', () => {
  const desired = desiredStates['packages'] ?? desiredOf([]);
  const { plan } = buildHostPlan({ host: 'h', desired, state: bareState(desired), pending: [], blocks: [] });
  const positions = [...scriptFor(desired).matchAll(/^fb start (\d+)$/gm)].map(([, position]) =>
    Number(position),
  );
  expect(positions).toEqual(scriptChanges(plan.units).map((_, index) => index));
});
