/** Chooses the transport of each host. */
import { createLocalTransport } from './local.ts';
import type { SshOptions } from './ssh/options.ts';
import { createSshTransport } from './ssh/transport.ts';
import type { Transport } from './transport.ts';

/**
 * SSH, or this machine itself for targets with `connection: local`.
 *
 * @param uid the user id of this process: root needs no sudo for local scripts
 */
export function createTransport(options: SshOptions, uid: number): Transport {
  const ssh = createSshTransport(options);
  const local = createLocalTransport(options.credentials, uid);
  return {
    connect: (target, signal) => (target.connection === 'local' ? local : ssh).connect(target, signal),
  };
}
