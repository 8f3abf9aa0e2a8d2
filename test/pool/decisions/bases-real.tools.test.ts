import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { linkSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { baseFiles } from '../../../src/facts/base-files.ts';
import { createState } from '../../../src/facts/state.ts';
import type { State } from '../../../src/facts/state.ts';
import type { Query } from '../../../src/facts/fact.ts';
import { parseAnswers, queryScript } from '../../../src/facts/query.ts';
import { folderFiles } from '../../../src/facts/folder-files.ts';
import { instanceDisks } from '../../../src/facts/instance-disks.ts';
import { nova } from '../../../src/facts/nova.ts';
import { openFiles } from '../../../src/facts/open-files.ts';
import { defaultSettings } from '../../../src/inventory/settings-values.ts';
import type { Settings } from '../../../src/inventory/settings.ts';
import { baseName } from '../../../src/pool/nodes/base-name.ts';
import { deriveApply } from '../../../src/pool/apply/derive.ts';
import type { PoolView } from '../../../src/pool/derivation.ts';
import { qemuImg } from '../../formats/disk/images.ts';
import { shells } from '../../shell/shells.ts';
import type { Shell } from '../../shell/shells.ts';
import { answer, backendAnswers, computeAnswers, debianNova, makeInventory, NOVA_UNITS } from '../fixture.ts';

/** From real images, made by qemu-img as Nova has it make them, over the facts' real scripts to the decision. */

const IMAGE = '155d900f-4e14-4e4c-a73d-069cbf4541e6';
const NAME = baseName(IMAGE);
const NONCE = 'n0nce';

let folder = '';
const at = (...parts: readonly string[]) => join(folder, ...parts);
const base = (name: string) => at('instances/_base', name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fastboot-past-'));
  for (const path of ['images', 'cache', 'instances/_base', 'instances/vm1', 'instances/vm2'])
    mkdirSync(at(path), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Reads both hosts, which are this machine, and asks what comes up until nothing does; with the number of rounds. */
function decide(shell: Shell): { view: PoolView; rounds: number } {
  const settings: Settings = {
    ...defaultSettings,
    pool: { ...defaultSettings.pool, images: at('images'), cache: at('cache') },
    nova: { ...defaultSettings.nova, instances: at('instances') },
  };
  const inventory = makeInventory(1, settings);
  const [host] = inventory.compute;
  if (host === undefined) throw new Error('there is a compute node');
  const read = (queries: readonly Query[]): State => {
    const { output } = shell.run(queryScript(queries, NONCE));
    return parseAnswers(queries, NONCE, output);
  };
  const instances = at('instances');
  const config = { path: '/etc/nova/nova.conf', lines: ['[DEFAULT]', `instances_path = ${instances}`] };
  const made = createState(new Map());
  const states = new Map([
    [
      'nfs01',
      made
        .with(backendAnswers(inventory))
        .merge(read([folderFiles({ path: at('images') }), folderFiles({ path: at('cache') })])),
    ],
    [
      'c1',
      made
        .with(computeAnswers(inventory, host, 1))
        .with([answer(nova(NOVA_UNITS), { ...debianNova, files: [config] })])
        .merge(
          read([
            baseFiles({ instances }),
            instanceDisks({ instances }),
            openFiles({ folder: instances, seen: instances }),
          ]),
        ),
    ],
  ]);
  for (let rounds = 0; ; rounds++) {
    const view = deriveApply({ inventory, states, unread: [], receivedAt: new Map() });
    const asked = [...states.keys()].flatMap((name) => {
      const queries = view.questions(name).filter((query) => states.get(name)?.has(query) === false);
      if (queries.length > 0) states.set(name, (states.get(name) ?? made).merge(read(queries)));
      return queries;
    });
    if (asked.length === 0) return { view, rounds };
  }
}

const said = ({ view }: { view: PoolView }) =>
  view.findings
    .filter(({ check }) => check.startsWith('base-file'))
    .map(({ severity, finding }) => `${severity}: ${finding}`);

/** An image in Glance's store, and Nova's base file of it in a format. */
function image(format: 'raw' | 'qcow2', local: 'raw' | 'qcow2'): void {
  writeFileSync(at('source'), 'a disk\n'.repeat(50_000));
  qemuImg('convert', '-O', format, at('source'), at('images', IMAGE));
  qemuImg('convert', '-O', local, at('images', IMAGE), base(NAME));
}

function disk(path: string, backing: string, format: string): void {
  qemuImg('create', '-q', '-f', 'qcow2', '-F', format, '-b', backing, at('instances', path));
}

describe.each(shells)('$name', (shell) => {
  test('raw stays raw: the same bytes, found in one more round', () => {
    image('raw', 'raw');
    disk('vm1/disk', base(NAME), 'raw');
    writeFileSync(base('swap_512'), 'nobody needs it');
    const result = decide(shell);
    expect(said(result)).toEqual([
      expect.stringMatching(
        /^warning: .* 2 base files .* 1 that no VM uses, 1 with the same bytes .* by vm1$/,
      ),
    ]);
    expect(result.rounds).toBe(1);
    expect(result.view.vars('c1')).toMatchObject({
      nova: {
        may_cover: expect.arrayContaining([expect.objectContaining({ name: NAME, same: true })]) as unknown,
      },
    });
  });

  test('qcow2 made raw by Nova: the pool gets it first, whichever way the disk names it', () => {
    image('qcow2', 'raw');
    for (const name of [base(NAME), `../_base/${NAME}`, `json:{"file.filename":"${base(NAME)}"}`]) {
      disk('vm1/disk', name, 'raw');
      const result = decide(shell);
      expect(said(result)).toEqual([
        expect.stringMatching(/^warning: .* copied to the pool first, used by vm1$/),
      ]);
      expect(result.view.vars('c1')).toMatchObject({ nova: { copies: [{ path: base(NAME) }] } });
    }
  });

  test('a published link decides as its image does', () => {
    image('qcow2', 'qcow2');
    writeFileSync(base(NAME), readFileSync(at('images', IMAGE)));
    linkSync(at('images', IMAGE), at('cache', NAME));
    disk('vm1/disk', base(NAME), 'qcow2');
    disk('vm2/disk', at('instances/vm1/disk'), 'qcow2');
    expect(said(decide(shell))).toEqual([expect.stringMatching(/^warning: .* used by vm1, vm2$/)]);
    writeFileSync(
      base(NAME),
      Buffer.concat([readFileSync(at('images', IMAGE)).subarray(0, -1), Buffer.from('x')]),
    );
    expect(said(decide(shell))).toEqual([expect.stringMatching(/^block: .*its bytes differ/)]);
  });

  test('a base that is gone, and an ephemeral disk that the pool lacks', () => {
    image('qcow2', 'raw');
    disk('vm1/disk', base(NAME), 'raw');
    rmSync(base(NAME));
    qemuImg('create', '-q', '-f', 'raw', base('ephemeral_1_0706d66'), '1M');
    disk('vm2/disk.eph0', base('ephemeral_1_0706d66'), 'raw');
    expect(said(decide(shell))).toEqual([
      expect.stringMatching(
        new RegExp(`^block: .*: ${NAME} \\(vm1\\)\\. .*read corrupt data without an error`),
      ),
    ]);
    rmSync(at('instances/vm1'), { recursive: true });
    expect(decide(shell).view.vars('c1')).toMatchObject({
      nova: { copies: [{ path: base('ephemeral_1_0706d66'), size: 2 ** 20 }] },
    });
  });

  test('an open file is in use, though no disk leads to it', async () => {
    writeFileSync(base('legacy'), 'x');
    expect(said(decide(shell))).toEqual([expect.stringContaining('no VM uses')]);
    const holder = spawn('sleep', ['60'], {
      stdio: ['ignore', 'ignore', 'ignore', openSync(base('legacy'), 'r')],
    });
    await once(holder, 'spawn');
    const result = said(decide(shell));
    holder.kill();
    await once(holder, 'exit');
    expect(result).toEqual([
      expect.stringMatching(/^warning: .* copied to the pool first, used by .*sleep \(/),
    ]);
  });
});
