import { describe, expect, it } from 'vitest';
import { path } from '../../src/facts/path.ts';
import { buildHostPlan } from '../../src/plan/build.ts';
import { compileScript, scriptChanges } from '../../src/plan/compile.ts';
import { desiredQueries } from '../../src/resources/desired-state.ts';
import type { DesiredState } from '../../src/resources/desired-state.ts';
import { findings, PROGRAMS_FOR_SCRIPTS } from '../shell/lint.ts';
import { installed } from '../programs.ts';
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

describe.each(Object.entries(desiredStates))('the script for %s', (_name, desired) => {
  describe.each(PROGRAMS_FOR_SCRIPTS)('%s', (program, words) => {
    it.skipIf(!installed(program))('reads it', () => {
      expect(findings(words, new Map([['script', scriptFor(desired)]]))).toBe('');
    });
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
