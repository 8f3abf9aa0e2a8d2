import { NFSD_FOLDER } from '../formats/nfs-paths.ts';
import type { JsonObject } from '../core/json.ts';
import { nfsServer } from '../facts/nfs-server.ts';
import type { NfsServer } from '../facts/nfs-server.ts';
import { predict } from '../facts/state.ts';
import { defineResource } from './resource.ts';
import type { Drift } from './resource.ts';

export type NfsServerParams = JsonObject & { readonly threads: number; readonly vers3: boolean };

const THREADS = `${NFSD_FOLDER}/threads`;

/**
 * The running NFS server; what it starts with is in its configuration. Threads change live. Versions need a restart,
 * which stalls every client's opens and locks for up to 90 s (fact 26), so it waits for a server without clients. A
 * server that does not run is no drift: it will start as configured.
 */
export const nfsServerResource = defineResource<NfsServerParams>({
  type: 'nfs_server',
  schema: {
    type: 'object',
    description: 'The running NFS server as its configuration wants it; restarted only while nobody uses it',
    required: ['threads', 'vers3'],
    additionalProperties: false,
    properties: {
      threads: { type: 'integer', minimum: 1, maximum: 4096 },
      vers3: { type: 'boolean', description: 'Whether NFSv3 is offered beside version 4' },
    },
  },
  label: () => 'NFS server',
  queries: () => [nfsServer({})],
  diff: (params, state) => {
    const now = state.read(nfsServer({}));
    return now.threads === 0 ? [] : [...threadsDrift(params, now), ...versionDrift(params, now)];
  },
  script: (_params, change) => {
    const { threads } = change.after as { readonly threads?: number };
    if (threads === undefined) return RESTART;
    const { threads: before } = change.before as { readonly threads: number };
    return `read -r now <${THREADS}
[ "$now" = ${before} ] || refuse "the NFS server has $now threads now, not ${before}"
printf '%s\\n' ${threads} >${THREADS}`;
  },
});

const RESTART = `for client in ${NFSD_FOLDER}/clients/*; do
  if [ -e "$client" ]; then refuse 'the NFS server has a client now'; fi
done
if cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -q '^ *[0-9]*: [0-9A-F]*:0801 [0-9A-F:]* 01 '; then
  refuse 'the NFS server has a connection now'
fi
systemctl restart nfs-server.service`;

function threadsDrift({ threads }: NfsServerParams, now: NfsServer): readonly Drift[] {
  if (now.threads === threads) return [];
  return [
    {
      action: 'update',
      before: { threads: now.threads },
      after: { threads },
      reason: `runs with ${now.threads} threads`,
      risk: 'none',
      predicted: [predict(nfsServer({}), { ...now, threads })],
    },
  ];
}

function versionDrift({ threads, vers3 }: NfsServerParams, now: NfsServer): readonly Drift[] {
  const offered = now.versions.includes('3');
  if (offered === vers3) return [];
  const before = { vers3: offered, clients: now.clients };
  const reason = `NFSv3 is ${offered ? 'on' : 'off'}, which only a restart changes`;
  if (now.clients.length > 0) {
    const shown = now.clients.slice(0, 5).join(', ');
    const more = now.clients.length > 5 ? ` and ${now.clients.length - 5} more` : '';
    return [
      {
        action: 'deferred',
        before,
        after: { vers3 },
        reason: `${reason}, and the server has clients: ${shown}${more}`,
        risk: 'none',
        remedy:
          'nothing needs to be done: it takes effect when the backend reboots, or when fastboot runs while nobody uses the server',
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
