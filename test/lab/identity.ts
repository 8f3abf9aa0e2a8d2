import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Agent } from './agent.ts';
import { projectRoot } from './cache.ts';
import { hostKeysDir } from './hostkeys.ts';
import { storageNetworkFile } from './network.ts';
import type { Place } from './network.ts';
import { mustRun } from './process.ts';
import type { Snapshot } from './snapshot.ts';

const rolesDir = join(projectRoot, 'test/lab/roles');

interface HostFile {
  readonly path: string;
  readonly mode: number;
  readonly content: string;
}

/** Files that make a resumed machine a host of its own: name, address, keys. */
async function ownFiles(place: Place, snapshot: Snapshot): Promise<HostFile[]> {
  const machineId = createHash('sha256').update(`fastboot lab ${place.name}`).digest('hex').slice(0, 32);
  const keys = await hostKeysDir(snapshot.dir, place.name);
  const keyFiles = (await readdir(keys)).map(async (name) => ({
    path: `etc/ssh/${name}`,
    mode: name.endsWith('.pub') ? 0o644 : 0o600,
    content: await readFile(join(keys, name), 'utf8'),
  }));
  return [
    { path: 'etc/hostname', mode: 0o644, content: `${place.name}\n` },
    { path: 'etc/machine-id', mode: 0o444, content: `${machineId}\n` },
    { path: 'etc/systemd/network/20-storage.network', mode: 0o644, content: storageNetworkFile(place) },
    ...(await Promise.all(keyFiles)),
  ];
}

/** Files that its role brings: where they go, their mode, where they come from. */
async function roleFiles(place: Place, novaDir: string): Promise<HostFile[]> {
  const sources: readonly (readonly [string, number, string])[] =
    place.role === 'backend'
      ? [['etc/glance/glance-api.conf', 0o640, join(rolesDir, 'glance-api.conf')]]
      : [
          ['lib/systemd/system/nova-compute.service', 0o644, join(novaDir, 'nova-compute.service')],
          ['etc/init.d/nova-compute', 0o755, join(novaDir, 'nova-compute.init')],
          ['usr/bin/nova-compute', 0o755, join(rolesDir, 'nova-compute')],
          ['etc/nova/nova.conf', 0o640, join(novaDir, 'nova.conf')],
          ['etc/nova/nova-compute.conf', 0o644, join(novaDir, 'nova-compute.conf')],
        ];
  return Promise.all(
    sources.map(async ([path, mode, from]) => ({ path, mode, content: await readFile(from, 'utf8') })),
  );
}

/** The files as a tar archive that belongs to root and names no folders, so that the host's own keep their modes. */
async function archive(files: readonly HostFile[]): Promise<Buffer> {
  const tree = await mkdtemp(join(tmpdir(), 'lab-identity-'));
  try {
    for (const { path, mode, content } of files) {
      await mkdir(join(tree, dirname(path)), { recursive: true });
      await writeFile(join(tree, path), content, { mode });
    }
    const tar = join(tree, 'archive.tar');
    const paths = files.map(({ path }) => path);
    await mustRun('tar', ['-C', tree, '--owner=0', '--group=0', '--mode=u+rw', '-cf', tar, ...paths]);
    return await readFile(tar);
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
}

/** Shell text that sets the guest's clock, which stands at the time of its snapshot, to now. */
export const setClock = (): string => `date -s @${(Date.now() / 1000).toFixed(3)} >/dev/null`;

/** Gives a machine that was resumed from the common snapshot its name, role, address and keys, and starts its services. */
export async function giveIdentity(agent: Agent, place: Place, snapshot: Snapshot): Promise<void> {
  const files = [...(await ownFiles(place, snapshot)), ...(await roleFiles(place, snapshot.novaDir))];
  const role = await readFile(join(rolesDir, `${place.role}.sh`), 'utf8');
  const services = place.role === 'compute' ? 'ssh nova-compute' : 'ssh';
  const script = `set -e
${setClock()}
umask 022
tar -xf - -C /
echo ${place.name} >/proc/sys/kernel/hostname
printf '127.0.1.1\\t%s\\n' ${place.name} >>/etc/hosts
${role}
ip link set eth1 address ${place.mac}
networkctl reload
systemctl restart systemd-journald
systemctl start ${services}
/lib/systemd/systemd-networkd-wait-online --interface=eth1 --timeout=60
# what the lab itself wrote survives a power cut at any moment
sync
`;
  const done = await agent.exec(script, { stdin: await archive(files), timeout: 180_000 });
  if (done.code !== 0) throw new Error(`${place.name} could not be set up:\n${done.stderr}`);
}
