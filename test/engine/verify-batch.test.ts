import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RunContext } from '../../src/engine/context.ts';
import type { Session, Sessions } from '../../src/engine/sessions.ts';
import { batchVerifier } from '../../src/engine/verify-batch.ts';
import { mounts } from '../../src/facts/mounts.ts';
import { nova } from '../../src/facts/nova.ts';
import { createState } from '../../src/facts/state.ts';
import type { Host } from '../../src/inventory/inventory.ts';
import { derivations } from '../../src/pool/derivations.ts';
import { resolveFromPlaybook } from '../../src/engine/resolve-from-playbook.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import { createFakeTransport } from '../../src/transport/fake.ts';
import type { FakeHost, FakeTransport } from '../../src/transport/fake.ts';
import {
  answer,
  backendAnswers,
  computeAnswers,
  debianNova,
  makeInventory,
  NOVA_UNITS,
} from '../pool/fixture.ts';
import type { Answers } from '../pool/fixture.ts';
import { asRoot } from './rig.ts';

const NONCE = 'abc';
const NAME = 'a'.repeat(40);
const BASE = '/var/lib/nova/instances/_base';
const MOUNT = `30 20 0:50 / ${BASE} rw - nfs4 198.51.100.10:/var/lib/glance/imagecache rw`;
const inventory = makeInventory(3);

/** A host that answers one reading with these frames. */
const answering =
  (...frames: readonly string[]): FakeHost =>
  (_, io) => {
    for (const frame of [...frames, 'end\n']) io.stdout(`\n@@${NONCE} ${frame}`);
    return Promise.resolve({ kind: 'exited', code: 0 });
  };

const node = (missing: string, active: string): FakeHost =>
  answering(
    `mounts\n${MOUNT}\n`,
    `visible\n${missing}end\n`,
    `unit\nLoadState=loaded\nActiveState=${active}\nSubState=x\nUnitFileState=enabled\nNeedDaemonReload=no\n`,
  );

async function openAll(transport: FakeTransport): Promise<{ context: RunContext; sessions: Sessions }> {
  const playbook = await loadPlaybook(join(import.meta.dirname, '../../playbooks/site.yaml'));
  if (!playbook.ok) throw new Error('the playbook cannot be read');
  const never = new AbortController().signal;
  const context: RunContext = {
    inventory,
    playbook: playbook.value,
    derivation: derivations.apply,
    resolve: resolveFromPlaybook,
    selected: inventory.compute,
    limit: null,
    transport,
    targetOf: asRoot,
    forks: 2,
    taskTimeoutSeconds: 5,
    lockTimeoutSeconds: 0,
    emit: () => undefined,
    stop: never,
    kill: never,
    now: () => 0,
    wallNow: () => 1000,
    nonce: () => NONCE,
    version: '0',
    signature: { runId: 'run', operator: 'alice@desk' },
  };
  const sessions: Sessions = { open: new Map(), failures: new Map(), lock: undefined, lockedBy: undefined };
  const open = async (host: Host, answers: Answers): Promise<Session> => {
    const connected = await transport.connect(asRoot(host), never);
    if (!connected.ok) throw new Error('no fake host');
    const state = createState(new Map()).with(answers);
    const session: Session = {
      host,
      connection: connected.value,
      state,
      queries: new Map(),
      receivedAt: 1000,
    };
    sessions.open.set(host.name, session);
    return session;
  };
  await open(inventory.backend, backendAnswers(inventory));
  const units = debianNova.units.map((unit, index) => (index === 0 ? { ...unit, active: 'active' } : unit));
  for (const [index, host] of inventory.compute.entries()) {
    const own = [answer(nova(NOVA_UNITS), { ...debianNova, units }), answer(mounts({}), [])];
    await open(host, [...computeAnswers(inventory, host, index + 1), ...own]);
  }
  return { context, sessions };
}

/** The state after the changes: the pool is mounted everywhere. */
function mountEverywhere({ open }: Sessions): void {
  const [mount] = mounts.fact.parse([{ head: ['mounts'], body: `${MOUNT}\n` }], [{}]);
  for (const { name } of inventory.compute) {
    const session = open.get(name);
    if (session && mount) session.state = session.state.with([answer(mounts({}), mount)]);
  }
}

it('reads each changed node once and the backend once, and names what is wrong', async () => {
  const transport = createFakeTransport({
    nfs01: answering(`base-names\n./${NAME}\n`),
    c1: node('', 'active'),
    c2: node(`${NAME}\n`, 'active'),
    c3: node('', 'failed'),
  });
  const { context, sessions } = await openAll(transport);
  const verify = batchVerifier(context, sessions);
  mountEverywhere(sessions);
  expect(await verify(['c1'])).toEqual(new Map());
  expect(await verify(['c2', 'c3'])).toEqual(
    new Map([
      [
        'c2',
        {
          kind: 'not-as-planned',
          resource: `mount ${BASE}`,
          detail: `1 of 1 base files of the pool are missing there; the first is ${NAME}`,
        },
      ],
      [
        'c3',
        {
          kind: 'not-as-planned',
          resource: 'service nova-compute.service',
          detail: 'it was active before, and is failed now',
        },
      ],
    ]),
  );
  expect(transport.scripts.map(({ host }) => host).sort()).toEqual(['c1', 'c2', 'c3', 'nfs01']);
  expect(transport.scripts.find(({ host }) => host === 'c2')?.script).toContain(NAME);
});

it('reads no host where nothing was changed', async () => {
  const transport = createFakeTransport({
    nfs01: answering(),
    c1: answering(),
    c2: answering(),
    c3: answering(),
  });
  const { context, sessions } = await openAll(transport);
  expect(await batchVerifier(context, sessions)([])).toEqual(new Map());
  expect(transport.scripts).toEqual([]);
});

it('reports a node and a backend that do not answer', async () => {
  const gone: FakeHost = () => Promise.resolve({ kind: 'lost', cause: 'gone' });
  const failure = { kind: 'lost', during: 'reading the host', cause: 'gone' };
  for (const [backend, culprit] of [
    [answering('base-names\n'), 'c1'],
    [gone, 'nfs01'],
  ] as const) {
    const transport = createFakeTransport({ nfs01: backend, c1: gone, c2: gone, c3: gone });
    const { context, sessions } = await openAll(transport);
    const verify = batchVerifier(context, sessions);
    mountEverywhere(sessions);
    expect(await verify(['c1'])).toEqual(new Map([[culprit, failure]]));
  }
});
