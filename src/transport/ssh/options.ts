/** The options of the SSH transport. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Credentials } from '../transport.ts';

export interface SshOptions {
  /**
   * The known_hosts files. New keys are added to the first one. `UserKnownHostsFile` in ssh_config replaces the first one if that
   * is `~/.ssh/known_hosts`, and is ignored if another file was given.
   */
  readonly knownHostsFiles: readonly string[];
  readonly acceptNewHostKeys: boolean;
  /** It must exist, unless it is `~/.ssh/config`. Undefined: no ssh_config is read. */
  readonly sshConfigFile: string | undefined;
  readonly credentials: Credentials;
  readonly agentSocket: string | undefined;
  /** Keys to try where neither the inventory nor ssh_config names one. */
  readonly defaultIdentityFiles: readonly string[];
  /** For TCP, key exchange and login together. Undefined: `ConnectTimeout` of ssh_config, otherwise 10. */
  readonly connectTimeoutSeconds: number | undefined;
  /** How many logins may run at the same time to one address or through one jump host (see MaxStartups of sshd). */
  readonly maxConnecting: number;
  readonly home: string;
  readonly localUser: string;
}

/** Times and randomness, so that tests need not wait. */
export interface SshTuning {
  readonly keepaliveSeconds: number;
  /** After this many unanswered keepalives the connection is lost. */
  readonly keepaliveCount: number;
  /** How often to try again when the server closes the connection before its greeting. */
  readonly retries: number;
  readonly random: () => number;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export const DEFAULT_TUNING: SshTuning = {
  keepaliveSeconds: 10,
  keepaliveCount: 3,
  retries: 3,
  random: Math.random,
  sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
};
