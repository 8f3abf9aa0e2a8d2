import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { LabHost } from '../../lab/host.ts';
import { sha1 } from '../rig.ts';

export const POOL = '/var/lib/glance';
export const PROGRAM = '/usr/local/lib/fastboot/link-sync';
export const SERVICE = 'fastboot-link-sync.service';
export const SETTLE = 3;

const playbooks = resolve(import.meta.dirname, '../../../playbooks');
const values: Readonly<Record<string, string>> = {
  'fastboot.pool.images': `${POOL}/images`,
  'fastboot.pool.cache': `${POOL}/imagecache`,
  'fastboot.link_sync.interval': '10',
  'pool.parent': POOL,
  'pool.link_sync_families': 'AF_UNIX',
  'paths.link_sync': PROGRAM,
};
const config = {
  images: `${POOL}/images`,
  cache: `${POOL}/imagecache`,
  owner: '64055:0',
  cacheOwner: '0:64060',
  cacheMode: '1775',
  settle: SETTLE,
  state: '/var/lib/fastboot/link-sync.json',
  log: '/var/log/fastboot/link-sync.log',
};

/** The packaged script. */
export const script = readFileSync(resolve(playbooks, 'files/link-sync'), 'utf8');

/** A packaged template with its placeholders filled in. */
export function template(name: string, more: Readonly<Record<string, string>> = {}): string {
  const text = readFileSync(resolve(playbooks, 'templates', name), 'utf8');
  return text.replaceAll(/\{\{ *([^ }]+) *\}\}/g, (_, key: string) => {
    const value = more[key] ?? values[key];
    if (value === undefined) throw new Error(`${name} uses ${key}`);
    return value;
  });
}

/** A command that puts bytes into a file of the host, as fastboot does: beside, then renamed. */
export const put = (path: string, bytes: string, mode = '644'): string =>
  `install -D -m ${mode} /dev/null ${path}.new && base64 -d <<'END' | gunzip >${path}.new && mv ${path}.new ${path}
${gzipSync(bytes).toString('base64')}
END
`;

/** A command that writes the configuration: the usual one with `more` over it. */
export const configure = (more: Readonly<Record<string, unknown>> = {}): string =>
  put('/etc/fastboot/link-sync.json', JSON.stringify({ ...config, ...more }));

/** Where an image is, and where its link comes. */
export const imageOf = (id: string): string => `${POOL}/images/${id}`;
export const linkOf = (id: string): string => `${POOL}/imagecache/${sha1(id)}`;

/** Whether an image is linked now. */
export const isLinked = async (host: LabHost, id: string): Promise<boolean> =>
  (await host.exec(`test -e ${linkOf(id)}`)).code === 0;

/** Waits on the host until a shell condition holds; throws after half a minute, or `seconds`. */
export async function untilOn(host: LabHost, condition: string, seconds = 30): Promise<void> {
  await host.sh(
    `n=0; until ${condition}; do n=$((n+1)); [ $n -lt ${seconds * 5} ] || exit 9; sleep 0.2; done`,
    { timeout: (seconds + 90) * 1000 },
  );
}

export const untilLinked = (host: LabHost, id: string): Promise<void> =>
  untilOn(host, `[ -e ${linkOf(id)} ]`);

/** One property of the unit. */
export const property = async (host: LabHost, name: string): Promise<string> =>
  (await host.sh(`systemctl show -p ${name} --value ${SERVICE}`)).trim();

/** What --status says on the host. */
export const statusOf = async (host: LabHost): Promise<string> =>
  (await host.exec(`${PROGRAM} --status`)).stdout;
