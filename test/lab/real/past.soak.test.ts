/** Three nodes whose base files and disks Nova's own code has made, in all its ways, with real VMs, before and after the pool comes. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LabHost } from '../host.ts';
import { openLab } from '../lab.ts';
import type { Lab } from '../lab.ts';
import { mountAt } from '../observe.ts';
import { ensurePackages } from '../packages.ts';
import { borrow, enter, hypervisor } from './borrow.ts';
import { asNova, disk, newVm, novaVm, through } from './disks.ts';
import { baseName, makeImage, upload } from './images.ts';
import { imageCachePass, novaEphemeral, novaSwap, startNova } from './nova.ts';
import { ensureTree } from './tree.ts';
import { BASE, INSTANCES, RealVm } from './vm.ts';

const MEBIBYTE = 2 ** 20;
const raw = makeImage('raw');
const converted = makeImage('qcow2'); // Nova makes raw base files of it
const kept = makeImage('qcow2'); // Nova keeps it as it is
const lost = makeImage('raw'); // one node has VMs of it and has lost its base file
const bad = makeImage('raw'); // one node has had other bytes for it all the time
const images = [raw, converted, kept, lost, bad];

/** A node, its running VMs, and all disks on it with what their guests read. */
interface Node {
  readonly host: LabHost;
  readonly busy: RealVm;
  readonly idle: RealVm;
  readonly disks: Map<string, string>;
}

let lab: Lab;
let backend: LabHost;
let inventory: string;
let first: Node;
let second: Node;
let odd: LabHost;
const oddVm = randomUUID();

const own = { start: MEBIBYTE, length: MEBIBYTE / 2 };
/** What older Novas made: a base file of the flavor's size, with the size in its name. */
async function legacyVm(host: LabHost): Promise<string> {
  const instance = randomUUID();
  const base = `${raw.base}_20`;
  const make = `cp ${raw.base} ${base} && qemu-img resize -q -f raw ${base} 3M && qemu-img create -q -f qcow2 -b ${base} -F raw ${disk(instance)}`;
  await host.sh(`install -d -o nova -g nova ${INSTANCES}/${instance}`);
  await asNova(host, 'sh', '-c', make);
  return instance;
}

/** A VM that somebody took a snapshot of, so that its disk is two files of its own. */
async function twoLevelVm(host: LabHost): Promise<string> {
  const instance = await novaVm(host, raw);
  await asNova(host, 'mv', disk(instance), disk(instance, 'disk.before'));
  await asNova(
    host,
    'qemu-img',
    'create',
    '-q',
    '-f',
    'qcow2',
    '-b',
    disk(instance, 'disk.before'),
    '-F',
    'qcow2',
    disk(instance),
  );
  return instance;
}

/** Nova's own setting while `work` goes on. */
async function withSetting(host: LabHost, line: string, work: () => Promise<string>): Promise<string> {
  const file = '/etc/nova/nova.conf.d/past.conf';
  await host.sh(`mkdir -p /etc/nova/nova.conf.d && printf '[DEFAULT]\n%s\n' '${line}' >${file}`);
  const result = await work();
  await host.sh(`rm ${file}`);
  return result;
}

async function nodeWithPast(
  host: LabHost,
  more: (add: (uuid: string, name?: string) => void) => Promise<void>,
): Promise<Node> {
  const paths: string[] = [];
  const add = (uuid: string, name?: string): void => void paths.push(disk(uuid, name));
  const [busy, idle] = [await novaVm(host, converted), await novaVm(host, raw)];
  await more(add);
  await host.sh(`touch -d '3 days ago' ${BASE}/*`);
  const vms = { busy: await RealVm.start(host, busy), idle: await RealVm.start(host, idle) };
  const disks = new Map<string, string>();
  for (const path of paths) disks.set(path, await through(host, path));
  return { host, ...vms, disks };
}

beforeAll(async () => {
  await ensurePackages();
  lab = await openLab(['nfs01', 'compute01', 'compute02', 'compute03'], {
    readOnlyDisk: (await ensureTree()).disk,
    installed: 'all',
  });
  backend = lab.host('nfs01');
  odd = lab.host('compute03');
  inventory = lab.inventory();
  for (const image of images) await upload(backend, image);
  const [one, two] = [lab.host('compute01'), lab.host('compute02')];
  await Promise.all([one, two, odd].map(borrow));
  await Promise.all([one, two].map(startNova));
  [first, second] = await Promise.all([
    nodeWithPast(one, async (add) => {
      add(await withSetting(one, 'force_raw_images = false', () => novaVm(one, kept)));
      add(await novaVm(one, raw, 4 * MEBIBYTE));
      add(await legacyVm(one));
      add(await twoLevelVm(one));
      const more = await novaVm(one, converted);
      await novaSwap(one, more, 4);
      await novaEphemeral(one, more, 32);
      for (const name of ['disk', 'disk.swap', 'disk.eph0']) add(more, name);
    }),
    nodeWithPast(two, async (add) => {
      add(await novaVm(two, converted, 3 * MEBIBYTE));
      const broken = await novaVm(two, lost);
      add(broken);
    }),
  ]);
  const broken = [...second.disks.keys()].at(-1) ?? '';
  await two.sh(`rm ${lost.base}; test -e ${broken}`);
  // a node whose base file has gone bad: its VMs have read other bytes than the image's for a long time
  await odd.sh(
    `mkdir -p ${BASE} ${INSTANCES}/${oddVm} && cat >${bad.base} && chown -R nova:nova ${INSTANCES}`,
    {
      stdin: Buffer.concat([Buffer.from('bad'), bad.content.subarray(3)]),
    },
  );
  await asNova(odd, 'qemu-img', 'create', '-q', '-f', 'qcow2', '-b', bad.base, '-F', 'raw', disk(oddVm));
  await lab.save('past');
});
afterAll(() => lab.close());
beforeEach(() => lab.load('past'));

describe('a base file of another format than disks record', () => {
  it("the pool mounted by hand over Nova's raw base file: the VM reads corrupt data without an error", async () => {
    const { host, busy } = first;
    const good = await through(host, disk(busy.uuid));
    await busy.stop();
    await backend.sh(
      `systemctl start nfs-server && cd /var/lib/glance && mkdir imagecache && ln images/${converted.id} imagecache/${baseName(converted.id)} && chmod 644 images/* && exportfs -o rw,root_squash,no_subtree_check ${host.storageAddress}:/var/lib/glance/imagecache`,
    );
    await host.sh(`mount -t nfs4 ${backend.storageAddress}:/var/lib/glance/imagecache ${BASE}`);
    expect(await through(host, disk(busy.uuid))).not.toBe(good);
    const start = await host.sh(
      enter(hypervisor, [
        'qemu-img',
        'dd',
        '-U',
        'bs=4',
        'count=1',
        `if=${disk(busy.uuid)}`,
        'of=/tmp/real/start',
        '-O',
        'raw',
      ]) + ' && od -An -tx1 -N4 /tmp/real/start',
    );
    expect(start).toBe(' 51 46 49 fb\n');
  });
});

const hashes = async ({ host, disks }: Node): Promise<Map<string, string>> => {
  const found = new Map<string, string>();
  for (const path of disks.keys()) found.set(path, await through(host, path));
  return found;
};

describe('nodes with a past', () => {
  it('come into the pool with all their VMs running, and the one that may not stays as it was', async () => {
    const stop = await first.busy.writeAllTheTime(own);
    const before = [await first.idle.readThrough(), await second.busy.readThrough()];
    const { code, stdout, stderr } = await lab.fastboot(['apply', inventory, '--yes'], { timeout: 600_000 });
    expect(code, stderr).toBe(5);
    const written = await stop();
    console.log(`during the move: ${JSON.stringify(written)}`);
    expect(written.troubles).toEqual([]);

    for (const { host } of [first, second])
      expect(await mountAt(host, BASE), `${stdout}${stderr}`).toMatchObject({ type: 'nfs4' });
    expect(await mountAt(odd, BASE)).toBeUndefined();
    for (const node of [first, second]) expect(await hashes(node)).toEqual(node.disks);
    expect([await first.idle.readThrough(), await second.busy.readThrough()]).toEqual(before);
    for (const vm of [first.busy, first.idle, second.busy, second.idle]) expect(await vm.isWell()).toBe(true);

    // stopped and started again they have the pool's files
    const busy = await first.busy.readThrough({ except: own });
    for (const { host, busy: vm } of [first, second]) {
      await vm.stop();
      const again = await RealVm.start(host, vm.uuid);
      expect(await again.readThrough({ except: own })).toBe(busy);
    }

    const news = [];
    for (const { host } of [first, second]) {
      const made: string[] = [];
      for (const image of [raw, converted, kept]) made.push(await newVm(host, image));
      news.push(made);
    }
    expect(news[1]).toEqual(news[0]);
    const pass = await imageCachePass(first.host, [{ uuid: first.busy.uuid, image: converted.id }]);
    expect(pass).toMatchObject({ removed: [], removes: false });
    expect(await imageCachePass(second.host, [])).toEqual({ removed: [], trouble: null, removes: false });

    const again = await lab.fastboot(['apply', inventory, '--yes', '--json']);
    expect([again.code, again.stdout.includes('"change.start"')]).toEqual([5, false]);
  });
});
