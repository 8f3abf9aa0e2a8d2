import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, expect, it } from 'vitest';
import type { Environment, Stream } from '../../src/commands/run/environment.ts';
import type { PlanOptions } from '../../src/commands/run/options.ts';
import { plan } from '../../src/commands/plan.ts';
import { createStyle } from '../../src/report/terminal/style.ts';
import { parseEvents } from '../report/schemas.ts';

const folder = mkdtempSync(join(tmpdir(), 'fastboot-commands-'));
afterAll(() => rmSync(folder, { recursive: true }));

const inventory = join(folder, 'inventory.yaml');
const playbook = join(folder, 'site.yaml');
writeFileSync(
  inventory,
  'all: { children: { nfs_backend: { hosts: { b: { ansible_connection: local, storage_address: 192.0.2.1 } } }, compute: { hosts: {} } } }\n',
);
writeFileSync(playbook, '- hosts: all\n  tasks: []\n');

function collect(): Stream {
  const writable = new Writable({
    write: (_chunk, _encoding, done) => done(),
  });
  const style = createStyle({
    color: 'never',
    noColor: undefined,
    forceColor: undefined,
    streamHasColors: false,
    unicode: true,
  });
  return { writable, style, isTerminal: false, columns: () => 80 };
}

/** A world in which a run breaks as soon as it shows its plan. */
function brokenWorld(): Environment {
  const never = new AbortController().signal;
  const bug = (): never => {
    throw new Error('a bug');
  };
  return {
    stdout: { ...collect(), columns: bug },
    stderr: collect(),
    interactive: false,
    confirm: bug,
    askSecret: bug,
    interrupts: { stop: never, kill: never, received: () => undefined, onSignal: () => undefined },
    onCrash: () => undefined,
    home: folder,
    user: 'me',
    uid: 0,
    host: 'here',
    agentSocket: undefined,
    passwords: { ssh: undefined, become: undefined },
    plain: true,
    packageRoot: folder,
    version: '0.0.0',
    commandLine: ['fastboot'],
  };
}

it('an error in fastboot itself still ends the event stream, as a failure', async () => {
  const options: PlanOptions = {
    limit: undefined,
    forks: 1,
    playbook,
    yes: false,
    json: false,
    format: 'text',
    user: undefined,
    privateKey: undefined,
    askPass: false,
    askBecomePass: false,
    sshConfig: undefined,
    knownHosts: undefined,
    acceptNewHostKeys: false,
    connectTimeout: undefined,
    taskTimeout: 30,
    logFile: join(folder, 'log'),
    verbose: false,
    quiet: false,
    detailedExitcode: false,
  };
  await expect(plan(inventory, options, brokenWorld())).rejects.toThrow('a bug');
  const events = parseEvents(readFileSync(join(folder, 'log'), 'utf8'));
  expect(events.at(-1)).toMatchObject({ type: 'run.done', exitCode: 3 });
});
