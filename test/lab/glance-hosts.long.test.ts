import { createHash, randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import type { Event } from '../../src/core/event.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { parseEvents } from '../report/schemas.ts';
import type { LabHost } from './host.ts';
import { openLab } from './lab.ts';
import type { Lab } from './lab.ts';
import { mountAt, watchChanges } from './observe.ts';
import { ensurePackages } from './packages.ts';
import { planned } from './scenario.ts';

/** A host of its own runs glance-api: its images come to the pool, which is mounted as its store. */

const IMAGES = '/var/lib/glance/images';
const BASE = '/var/lib/nova/instances/_base';
const MIB = 2 ** 20;
const SIZE = 24 * MIB;

const baseName = (image: string): string => createHash('sha1').update(image).digest('hex');
const id = (first: string): string => `${first}${randomUUID().slice(1)}`;
// in the order in which the store is gone through
const [late, big, clash, fresh] = [id('0'), id('1'), id('2'), randomUUID()];

let lab: Lab;
let backend: LabHost;
let compute: LabHost;
let controller: LabHost;
let inventory: string;
let sum: string;

const digest = async (host: LabHost, path: string): Promise<string> =>
  (await host.sh(`sha256sum <${path}`)).slice(0, 64);

/** Stands in for glance-api: as user glance it writes the images that it is told to, and says what it has written. */
const API = `#!/bin/sh
[ -p /run/glance/put ] || mkfifo /run/glance/put /run/glance/said
while read -r id <>/run/glance/put; do
  yes "$id" | head -c 1048576 >${IMAGES}/$id && sha256sum <${IMAGES}/$id >/run/glance/said || echo failed >/run/glance/said
done
`;

const UNIT = `[Unit]
Description=OpenStack Image Service API
[Service]
User=glance
Group=glance
RuntimeDirectory=glance
UMask=0027
ExecStart=/usr/bin/glance-api --config-file /etc/glance/glance-api.conf
[Install]
WantedBy=multi-user.target
`;

async function makeController(host: LabHost): Promise<void> {
  const role = await readFile(join(import.meta.dirname, 'roles/backend.sh'), 'utf8');
  const conf = await readFile(join(import.meta.dirname, 'roles/glance-api.conf'), 'utf8');
  const put = (path: string, text: string) => `base64 -d >${path} <<'END'\n${btoa(text)}\nEND\n`;
  await host.sh(`mkdir -p /etc/glance
${put('/etc/glance/glance-api.conf', conf)}${role}
${put('/usr/bin/glance-api', API)}chmod 755 /usr/bin/glance-api
${put('/lib/systemd/system/glance-api.service', UNIT)}
cd ${IMAGES}
{ yes big | head -c ${8 * MIB}; head -c ${8 * MIB} /dev/zero; yes end | head -c ${8 * MIB}; } >${big}
yes ours | head -c ${MIB} >${clash}
chown glance:glance *; chmod 640 *; touch -d '1 hour ago' *
usermod -u 64999 glance
systemctl daemon-reload
systemctl enable --now glance-api
sync`);
}

/** The lab's inventory with the third host in the group glance, and not in compute. */
async function writeInventory(): Promise<string> {
  const fastboot = { nfs: { copy_limit: 4 }, link_sync: { interval: 2, settle: 1 } };
  const file = lab.inventory({ fastboot });
  const data = parse(await readFile(file, 'utf8')) as {
    all: { children: Record<string, { hosts: Record<string, unknown> }> };
  };
  const { children } = data.all;
  const own = children['compute']?.hosts ?? {};
  children['glance'] = { hosts: { compute02: own['compute02'] } };
  delete own['compute02'];
  await writeFile(file, stringify(data));
  return file;
}

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly events: readonly Event[];
  readonly plan: Plan | undefined;
}

async function run(words: readonly string[], onLine?: (line: string) => void): Promise<Run> {
  const { code, stdout, stderr } = await lab.fastboot([...words, '--json'], onLine && { onLine });
  const events = parseEvents(stdout) as unknown as readonly Event[];
  const plan = events.flatMap((event) =>
    event.type === 'plan.made' && 'plan' in event ? [event.plan as Plan] : [],
  )[0];
  return { code, stdout: `${stdout}\n${stderr}`, events, plan };
}

const apply = (words: readonly string[], onLine?: (line: string) => void) =>
  run(['apply', inventory, '--yes', '--connect-timeout', '60', ...words], onLine);

const ALONE = ['--limit', 'compute02'];

const blocks = (plan: Plan | undefined) =>
  (plan?.findings ?? []).filter(({ host, severity }) => host === 'compute02' && severity === 'block');

/** How many bytes of the big image each event says are copied; other events say nothing of it. */
function copiedBytes(events: readonly Event[]): readonly number[] {
  let step = '';
  return events.flatMap((event) => {
    if (event.type === 'host.step' && event.host === 'compute02') ({ step } = event);
    return event.type === 'host.progress' && event.total === SIZE && step.startsWith('copying')
      ? [event.done]
      : [];
  });
}

/** Calls once, as soon as so many bytes are copied. */
function whenCopied(bytes: number, call: () => Promise<unknown>) {
  const seen: string[] = [];
  const begun: { promise?: Promise<unknown> } = {};
  const onLine = (line: string): void => {
    if (!/"type":"host\.(?:step|progress)"/.test(line)) return;
    seen.push(line);
    const events = seen.map((each) => JSON.parse(each) as Event);
    if ((copiedBytes(events).at(-1) ?? 0) >= bytes) begun.promise ??= call();
  };
  return { begun, onLine };
}

beforeAll(async () => {
  await ensurePackages();
  lab = await openLab(['nfs01', 'compute01', 'compute02'], { installed: 'all' });
  backend = lab.host('nfs01');
  [compute, controller] = [lab.host('compute01'), lab.host('compute02')];
  inventory = await writeInventory();
  await makeController(controller);
  await backend.sh(
    `cd ${IMAGES} && yes other | head -c ${MIB} >${clash} && chown glance:glance ${clash} && chmod 640 ${clash} && touch -d '1 hour ago' ${clash}`,
  );
  sum = await digest(controller, `${IMAGES}/${big}`);
});
afterAll(() => lab.close());

describe('a host with glance-api and a store of its own', () => {
  it('is blocked while its glance has other ids, and while it has other bytes under an id of the pool', async () => {
    const changes = await watchChanges([controller]);
    const ids = await run(['plan', inventory]);
    expect(ids.code, ids.stdout).toBe(0);
    expect(blocks(ids.plan)).toMatchObject([{ check: 'glance-ids' }]);
    expect(blocks(ids.plan)[0]?.finding).toContain('64999:64062');
    expect(await changes()).toEqual({});
    await controller.sh(
      `systemctl stop glance-api; usermod -u 64062 glance; chown glance:glance ${IMAGES} ${IMAGES}/*; systemctl start glance-api`,
    );
    const bytes = await run(['plan', inventory]);
    expect(blocks(bytes.plan)).toMatchObject([
      {
        check: 'glance-files',
        code: 'conflicts',
        fields: { files: { first: [{ name: clash, reason: { kind: 'other-bytes' } }] } },
      },
    ]);
    expect(planned(bytes.plan)).toContain(`compute01 mount ${BASE}`);
    await controller.sh(`rm ${IMAGES}/${clash}; sync`);
  });

  it('a power cut in the middle of the move leaves its store as it was, and no half image in the pool', async () => {
    const { begun, onLine } = whenCopied(8 * MIB, () => controller.cutPower());
    const { code, stdout } = await apply(ALONE, onLine);
    await begun.promise;
    expect(begun.promise, stdout).toBeDefined();
    expect(code, stdout).not.toBe(0);
    expect((await backend.sh(`ls -A ${IMAGES}`)).split('\n')).not.toContain(big);
    expect(await backend.sh(`ls -A ${IMAGES}`)).toContain(`.${big}.${sum.slice(0, 12)}.part`);
    await controller.boot();
    expect(await digest(controller, `${IMAGES}/${big}`)).toBe(sum);
    expect(await controller.sh('systemctl is-active glance-api')).toBe('active\n');
  });

  it('the next run goes on with it; what is uploaded meanwhile comes at the end', async () => {
    await controller.sh(
      `mkfifo /run/end; chmod 666 /run/end; setpriv --reuid=glance --regid=glance --clear-groups sh -c '{ yes late | head -c ${MIB}; read -r _ </run/end; } >${IMAGES}/${late}' >/dev/null 2>&1 </dev/null &`,
    );
    const { begun, onLine } = whenCopied(1, () => controller.sh('echo >/run/end'));
    const { code, stdout, events } = await apply(ALONE, onLine);
    await begun.promise;
    expect(begun.promise, stdout).toBeDefined();
    expect(code, stdout).toBe(0);
    expect(copiedBytes(events)[0]).toBeGreaterThan(4 * MIB);
    expect(await mountAt(controller, IMAGES)).toMatchObject({ type: 'nfs4' });
    expect(await digest(backend, `${IMAGES}/${big}`)).toBe(sum);
    const beneath = `unshare -m sh -c 'umount ${IMAGES} && cd ${IMAGES} && ls -A && sha256sum <${late}'`;
    const [lateSum] = (await backend.sh(`sha256sum <${IMAGES}/${late}`)).split(' ');
    const below = (await controller.sh(beneath)).split('\n');
    expect(below.slice(0, 2)).toEqual([late, big]);
    expect(below[2]).toContain(lateSum);
    expect(await backend.sh(`ls -A ${IMAGES}`)).not.toContain('.part');
    expect(await controller.sh('systemctl is-active glance-api')).toBe('active\n');
  });

  it('what glance-api writes is in the pool, and link-sync publishes it on the compute node', async () => {
    const all = await apply([]);
    expect(all.code, all.stdout).toBe(0);
    const said = await controller.sh(`echo ${fresh} >/run/glance/put; timeout 20 cat /run/glance/said`);
    expect(said.slice(0, 64)).toBe(await digest(backend, `${IMAGES}/${fresh}`));
    for (const image of [fresh, late, big]) {
      const at = `${BASE}/${baseName(image)}`;
      await compute.sh(`for i in $(seq 60); do [ -e ${at} ] && exit; sleep 0.5; done; exit 1`);
      expect(await digest(compute, at)).toBe(await digest(backend, `${IMAGES}/${image}`));
    }
    // its images stay readable and removable for glance over root_squash, though their owner is the hypervisor's
    expect(
      await controller.sh(
        `setpriv --reuid=glance --regid=glance --clear-groups sh -c 'sha256sum <${IMAGES}/${big}; rm ${IMAGES}/${late}'`,
      ),
    ).toContain(sum);
    expect(await backend.sh(`ls ${IMAGES}`)).not.toContain(late);
  });

  it('glance-api never starts over the folder beneath, and applied again nothing is left to do', async () => {
    await controller.sh(`systemctl stop glance-api; umount ${IMAGES}; systemctl start glance-api`);
    expect(await mountAt(controller, IMAGES)).toMatchObject({ type: 'nfs4' });
    const { code, stdout, events } = await apply([]);
    expect(code, stdout).toBe(0);
    expect(events.find(({ type }) => type === 'plan.made')).toMatchObject({ changes: 0, blocked: 0 });
  });
});
