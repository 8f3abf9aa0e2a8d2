import { err, ok } from '../../core/result.ts';
import type { Become } from '../become.ts';
import type { Connection, Target, Transport } from '../transport.ts';
import { createConfigFiles } from './config-files.ts';
import { type Endpoint, resolveEndpoint } from './endpoint.ts';
import type { Link } from './link.ts';
import { createOpener } from './open.ts';
import { DEFAULT_TUNING, type SshOptions, type SshTuning } from './options.ts';
import { runOverSsh } from './session.ts';

/**
 * Reaches hosts by SSH. Every host key is checked; every connection has keepalives, and each is one TCP connection.
 * `connect` fails with `unreachable` (also for what ssh_config asks and fastboot does not do), `auth` or `host-key`.
 * Whether sudo works shows with the first script: `Exit` `become-failed`. A user `root` needs no sudo.
 */
export function createSshTransport(options: SshOptions, tuning: SshTuning = DEFAULT_TUNING): Transport {
  const files = createConfigFiles();
  const openLink = createOpener(options, tuning);
  return {
    async connect(target, signal) {
      const endpoint = resolveEndpoint(loginOf(target), options, files);
      if (!endpoint.ok) return err({ kind: 'unreachable', address: target.address, ...endpoint.error });
      const link = await openLink(endpoint.value, signal);
      if (!link.ok) return link;
      return ok(createConnection(link.value, becomeFor(target, endpoint.value, options)));
    },
  };
}

const loginOf = (target: Target): Parameters<typeof resolveEndpoint>[0] => ({
  host: target.address,
  port: target.port === 22 ? undefined : target.port,
  user: target.user,
  privateKeyFile: target.privateKeyFile,
  proxyJump: undefined,
});

function becomeFor(target: Target, endpoint: Endpoint, options: SshOptions): Become | undefined {
  if (!target.become || endpoint.user === 'root') return undefined;
  return { password: options.credentials.becomePassword };
}

function createConnection(link: Link, become: Become | undefined): Connection {
  return {
    run: (script, options) => runOverSsh(link, become, script, options),
    close: () => link.close(),
  };
}
