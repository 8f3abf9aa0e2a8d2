/** Resource type `nfs_server`: the settings of the running NFS server. */
import { unitNames } from '../formats/distributions.ts';
import { NFSD_FOLDER } from '../formats/nfs-paths.ts';
import type { JsonObject } from '../core/json.ts';
import { nameSome } from '../core/sentence-parts.ts';
import { nfsServer } from '../facts/nfs-server.ts';
import type { NfsServer } from '../facts/nfs-server.ts';
import { predict } from '../facts/state.ts';
import { quote } from '../shell/quote.ts';
import { defineResource } from './resource.ts';
import type { Drift } from './resource.ts';

export type NfsServerParams = JsonObject & {
  readonly unit?: string;
  readonly threads: number;
  readonly vers3: boolean;
};

/** So many addresses of clients are in a reason. */
const MAX_CLIENTS_SHOWN = 5;

/** All distributions call it so today. */
const [DEFAULT_UNIT = ''] = unitNames('nfs_server');

const THREADS_FILE = `${NFSD_FOLDER}/threads`;

/**
 * What the server starts with is in its configuration files. Threads are changed while it runs. Versions need a restart,
 * during which opens and locks of all clients wait for up to 90 s (docs/facts.md#fact-26): so this is deferred while the
 * server has clients. A server that does not run has no drift: it will start as configured.
 */
export const nfsServerResource = defineResource<NfsServerParams>({
  type: 'nfs_server',
  schema: {
    type: 'object',
    description: 'The settings of the running NFS server. It is restarted only while it has no clients',
    required: ['threads', 'vers3'],
    additionalProperties: false,
    properties: {
      unit: { type: 'string', minLength: 1, default: DEFAULT_UNIT, description: 'Its systemd unit' },
      threads: { type: 'integer', minimum: 1, maximum: 4096 },
      vers3: { type: 'boolean', description: 'Whether it offers NFSv3 beside version 4' },
    },
  },
  label: () => 'NFS server',
  queries: () => [nfsServer({})],
  diff: (params, state) => {
    const now = state.read(nfsServer({}));
    return now.threads === 0 ? [] : [...threadsDrift(params, now), ...versionDrift(params, now)];
  },
  script: ({ unit = DEFAULT_UNIT }, change) => {
    const { threads } = change.after as { readonly threads?: number };
    if (threads === undefined) return `${REQUIRE_NO_CLIENTS}\nsystemctl restart ${quote(unit)}`;
    const { threads: before } = change.before as { readonly threads: number };
    return `read -r now <${THREADS_FILE}
[ "$now" = ${before} ] || refuse "the NFS server: expected ${before} threads, got $now"
printf '%s\\n' ${threads} >${THREADS_FILE}`;
  },
});

const REQUIRE_NO_CLIENTS = `for client in ${NFSD_FOLDER}/clients/*; do
  if [ -e "$client" ]; then refuse 'the NFS server has a client now, so it is not restarted'; fi
done
if cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -q '^ *[0-9]*: [0-9A-F]*:0801 [0-9A-F:]* 01 '; then
  refuse 'the NFS server has a connection now, so it is not restarted'
fi`;

function threadsDrift({ threads }: NfsServerParams, now: NfsServer): readonly Drift[] {
  if (now.threads === threads) return [];
  return [
    {
      action: 'update',
      before: { threads: now.threads },
      after: { threads },
      reason: `it runs with ${now.threads} threads`,
      risk: 'none',
      predicted: [predict(nfsServer({}), { ...now, threads })],
    },
  ];
}

function versionDrift({ threads, vers3 }: NfsServerParams, now: NfsServer): readonly Drift[] {
  const offered = now.versions.includes('3');
  if (offered === vers3) return [];
  const before = { vers3: offered, clients: now.clients };
  const reason = offered
    ? 'NFSv3 is on. Turning it off needs a restart'
    : 'NFSv3 is off. Turning it on needs a restart';
  if (now.clients.length > 0) {
    return [
      {
        action: 'deferred',
        before,
        after: { vers3 },
        reason: `${reason}, and the server has clients: ${nameSome(now.clients, MAX_CLIENTS_SHOWN)}`,
        risk: 'none',
        remedy:
          'nothing has to be done: it takes effect when the backend reboots, or when fastboot runs while the server has no clients',
        predicted: [],
      },
    ];
  }
  const versions = vers3 ? ['3', ...now.versions] : now.versions.filter((version) => version !== '3');
  return [
    {
      action: 'update',
      before,
      after: { vers3 },
      reason,
      risk: 'restart',
      predicted: [predict(nfsServer({}), { threads, versions, clients: [] })],
    },
  ];
}

export default nfsServerResource;
