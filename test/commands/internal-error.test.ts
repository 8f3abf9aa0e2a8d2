import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Environment } from '../../src/commands/run/environment.ts';
import { plan } from '../../src/commands/plan.ts';
import type { PlanOptions } from '../../src/commands/plan.ts';
import { parseEvents } from '../report/schemas.ts';
import { createWorld } from './world.ts';

const folder = mkdtempSync(join(tmpdir(), 'fastboot-commands-'));
afterAll(() => rmSync(folder, { recursive: true }));

const inventory = join(folder, 'inventory.yaml');
const playbook = join(folder, 'site.yaml');
writeFileSync(
  inventory,
  'all: { children: { nfs_backend: { hosts: { b: { ansible_connection: local, storage_address: 192.0.2.1 } } }, compute: { hosts: {} } } }\n',
);
writeFileSync(playbook, '- hosts: all\n  tasks: []\n');

/** A world in which a run breaks as soon as it shows its plan. */
function brokenWorld(): Environment {
  const { environment } = createWorld(folder);
  const bug = (): never => {
    throw new Error('a bug');
  };
  return { ...environment, stdout: { ...environment.stdout, columns: bug } };
}

it('an internal error still ends the event stream, as a failure', async () => {
  const options: PlanOptions = {
    limit: undefined,
    forks: 1,
    playbook,
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
    out: undefined,
    diffAgainst: undefined,
  };
  await expect(plan(inventory, options, brokenWorld())).rejects.toThrow('a bug');
  const events = parseEvents(readFileSync(join(folder, 'log'), 'utf8'));
  expect(events.at(-1)).toMatchObject({ type: 'run.done', exitCode: 3 });
});
