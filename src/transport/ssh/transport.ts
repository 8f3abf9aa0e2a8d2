/** Reaches hosts by SSH. */
import { err, ok } from '../../core/result.ts';
import type { Become } from '../become.ts';
import type { Connection, Target, Transport } from '../transport.ts';
import { createConfigFiles } from './config-files.ts';
import { type Endpoint, resolveEndpoint } from './endpoint.ts';
import type { Link } from './connection.ts';
import { createOpener } from './connect.ts';
import { DEFAULT_TUNING, type SshOptions, type SshTuning } from './options.ts';
import { runOverSsh } from './session.ts';

/**
 * Every host key is checked. Each connection is one TCP connection with keepalives. `connect` fails with `unreachable` (also for
 * an ssh_config that fastboot cannot follow), `auth` or `host-key`. If sudo does not work, the first script ends with
 * `become-failed`. The user `root` needs no sudo.
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
