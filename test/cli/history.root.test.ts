import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { RunEntry } from '../../src/plan/run-record.ts';
import { parseEvents } from '../report/schemas.ts';
import { ensureBundle, startApart } from './cli.ts';
import type { Ended } from './cli.ts';

beforeAll(ensureBundle);

const { username, gid } = userInfo();

/** Two hosts that are both this machine, with a /var/lib/fastboot that stays from run to run. */
function site(task = '') {
  const folder = mkdtempSync(join(tmpdir(), 'fastboot-history-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const at = (path: string): string => join(folder, path);
  for (const name of ['b', 'c1', 'kept']) mkdirSync(at(name));
  const host = (address: string) => `{ ansible_connection: local, storage_address: ${address} }`;
  writeFileSync(
    at('inventory.yaml'),
    `all:\n  vars: { text: one }\n  children:\n    nfs_backend: { hosts: { b: ${host('192.0.2.1')} } }\n    compute: { hosts: { c1: ${host('192.0.2.2')} } }\n`,
  );
  writeFileSync(
    at('site.yaml'),
    `- name: Both\n  hosts: all\n  tasks:\n    - file: { path: "${folder}/{{ inventory_hostname }}/file", content: "{{ text }}", owner: "${username}", group: "${gid}" }\n${task.replaceAll('DIR', folder)}`,
  );
  const KEPT = at('kept');
  const apply = (options: readonly string[] = [], script?: string): Promise<Ended> => {
    const words = ['apply', at('inventory.yaml'), '--playbook', at('site.yaml'), '--yes', ...options];
    return startApart(words, script, { KEPT }).ended;
  };
  const history = (options: readonly string[] = [], script?: string): Promise<Ended> =>
    startApart(['history', at('inventory.yaml'), ...options], script, { KEPT }).ended;
  const edit = (): void => writeFileSync(at('c1/file'), 'edited');
  const records = (): readonly string[] =>
    existsSync(at('kept/runs')) ? readdirSync(at('kept/runs')).sort() : [];
  return { at, apply, history, edit, records };
}

const listed = ({
  stdout,
}: Ended): readonly (RunEntry & { readonly state: string; readonly made: unknown })[] =>
  (JSON.parse(stdout) as { readonly runs: readonly (RunEntry & { state: string; made: unknown })[] }).runs;

describe('fastboot history', () => {
  it('says when nothing was changed yet', async () => {
    const { history, records } = site();
    const { code, stdout, stderr } = await history();
    expect([code, stdout, stderr]).toEqual([
      0,
      'The backend has no record of a run that changed anything.\n',
      '',
    ]);
    expect(listed(await history(['--json']))).toEqual([]);
    expect(records()).toEqual([]);
  });

  it('lists runs that changed something, the newest first, and no others', async () => {
    const { apply, history, edit, at, records } = site();
    expect((await apply()).code).toBe(0);
    expect((await apply()).code).toBe(0);
    expect((await apply(['--dry-run'])).code).toBe(0);
    edit();
    expect((await apply(['-v'])).code).toBe(0);
    const runs = listed(await history(['--json']));
    expect(runs.map(({ state, made }) => ({ state, made }))).toEqual([
      { state: 'done', made: { changes: 1, hosts: 1 } },
      { state: 'done', made: { changes: 2, hosts: 2 } },
    ]);
    const [newest, oldest] = runs;
    expect(newest?.command).toBe(
      `fastboot apply ${at('inventory.yaml')} --playbook ${at('site.yaml')} --yes -v`,
    );
    expect(newest).toMatchObject({
      who: username,
      inventory: at('inventory.yaml'),
      limit: null,
      planned: { changes: 1, hosts: 1 },
      end: {
        exitCode: 0,
        hosts: { b: { outcome: 'unchanged', changed: 0 }, c1: { outcome: 'changed', changed: 1 } },
      },
    });
    const { code, stdout } = await history();
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^RUN +BEGAN \(UTC\) +BY +STATE +CHANGES +COMMAND$/);
    expect(lines[1]).toMatch(
      new RegExp(`^${newest?.runId} .* ${username}@\\S+ +done +1 on 1 host +fastboot apply`),
    );
    expect(lines[2]).toMatch(new RegExp(`^${oldest?.runId} .* done +2 on 2 hosts +fastboot apply`));
    expect(lines).toHaveLength(4);
    for (const name of records()) expect(statSync(at(`kept/runs/${name}`)).mode & 0o777).toBe(0o600);
    expect(statSync(at('kept/runs')).mode & 0o777).toBe(0o700);
    expect(records()).toHaveLength(4);
  });

  it('shows the plan of an old run', async () => {
    const { apply, history, edit, at } = site();
    await apply();
    edit();
    await apply();
    const [newest, oldest] = listed(await history(['--json']));
    const { code, stdout, stderr } = await history(['--show', newest?.runId ?? '']);
    expect([code, stderr.includes(newest?.runId ?? '-')]).toEqual([0, true]);
    expect(stdout).toContain(at('c1/file'));
    expect(stdout).toContain('- edited');
    expect(stdout).not.toContain(at('b/file'));
    const plan = JSON.parse((await history(['--show', oldest?.runId ?? '', '--json'])).stdout) as {
      stages: unknown;
    };
    expect(JSON.stringify(plan.stages)).toContain(at('b/file'));
    const many = await history(['--show', '20']);
    expect([many.code, many.stderr]).toEqual([1, '2 runs begin with 20. Type more characters of the id.\n']);
    const none = await history(['--show', 'x']);
    expect([none.code, none.stderr]).toEqual([
      1,
      'The backend has no record of a run x. List the runs with: fastboot history\n',
    ]);
    writeFileSync(at(`kept/runs/${newest?.runId}.plan.gz`), 'x');
    expect((await history(['--show', newest?.runId ?? ''])).stderr).toContain('damaged');
  });

  it('knows a run that failed, one that was killed, and one that is at work', async () => {
    const { apply, history, at } = site(
      `    - command: { script: "until [ -e DIR/go ]; do touch DIR/begun; sleep 0.1; done; exit 1", creates: /nonexistent }\n`,
    );
    const begun = `until [ -e ${at('begun')} ]; do sleep 0.1; done`;
    const look = `"$1" "$2" history ${at('inventory.yaml')} --json`;
    const seen = await apply([], `"$@" >/dev/null & ${begun}; ${look}; kill -9 $!; wait $!; true`);
    expect(listed(seen).map(({ state, made }) => ({ state, made }))).toEqual([
      { state: 'running', made: null },
    ]);
    writeFileSync(at('go'), '');
    expect((await apply()).code).toBe(3);
    expect(listed(await history(['--json'])).map(({ state }) => state)).toEqual(['failed', 'unfinished']);
    expect((await history()).stdout).toMatch(/unfinished +of \d+ changes/);
  });

  it('does not stop a run when it cannot be written', async () => {
    const { apply, history, at } = site();
    writeFileSync(at('kept/runs'), 'a file in the way');
    const { code, stdout } = await apply(['--json']);
    expect(code).toBe(0);
    expect(parseEvents(stdout).filter(({ type }) => type === 'notice')).toMatchObject([
      { host: 'b', text: expect.stringContaining('The record of this run could not be written') as string },
      { host: 'b' },
    ]);
    expect((await history()).code).toBe(0);
  });

  it('keeps the newest hundred, and ignores files that are not records', async () => {
    const { apply, history, at, records } = site();
    mkdirSync(at('kept/runs'));
    await apply();
    const [name = ''] = records().filter((file) => file.endsWith('.json'));
    const text = readFileSync(at(`kept/runs/${name}`), 'utf8');
    const own = name.replace('.json', '');
    for (let number = 100; number < 250; number += 1) {
      const runId = `20200101T000000${number}-abc`;
      writeFileSync(at(`kept/runs/${runId}.json`), text.replace(own, runId));
      writeFileSync(at(`kept/runs/${runId}.plan.gz`), '');
    }
    writeFileSync(at('c1/file'), 'edited');
    await apply();
    expect(records().filter((file) => file.endsWith('.json'))).toHaveLength(100);
    expect(records().filter((file) => file.endsWith('.plan.gz'))).toHaveLength(100);
    expect(records().some((file) => file.startsWith(own))).toBe(true);
    writeFileSync(at('kept/runs/zzz.json'), '{"half":');
    writeFileSync(at('kept/runs/zzzz.json'), '\u001b[2J');
    expect(listed(await history(['--json']))).toHaveLength(100);
  });

  it('says why the backend cannot be asked', async () => {
    const { history, at } = site();
    writeFileSync(
      at('inventory.yaml'),
      'all: { children: { nfs_backend: { hosts: { b: { ansible_host: 127.0.0.1, ansible_port: 1, storage_address: 192.0.2.1 } } }, compute: { hosts: { c1: { ansible_host: 127.0.0.2 } } } } }',
    );
    const { code, stdout, stderr } = await history();
    expect([code, stdout]).toEqual([4, '']);
    expect(stderr).toContain('Unreachable');
  });
});
