import { setTimeout as sleep } from 'node:timers/promises';
import type { Credentials } from '../transport.ts';

/** All that the SSH transport needs to know of the world; the command line gathers it. */
export interface SshOptions {
  /**
   * Where host keys are looked up; new ones are appended to the first. `UserKnownHostsFile` in ssh_config replaces the
   * first where that is the user's own `~/.ssh/known_hosts`, and is not looked at where another was asked for.
   */
  readonly knownHostsFiles: readonly string[];
  readonly acceptNewHostKeys: boolean;
  /** Must exist, unless it is `~/.ssh/config`. `undefined`: no ssh_config is read. */
  readonly sshConfigFile: string | undefined;
  readonly credentials: Credentials;
  readonly agentSocket: string | undefined;
  /** Tried where neither the inventory nor ssh_config names a key. */
  readonly defaultIdentityFiles: readonly string[];
  /** For TCP, key exchange and login together. `undefined`: ssh_config's `ConnectTimeout`, else 10. */
  readonly connectTimeoutSeconds: number | undefined;
  /** How many logins may be under way at the same address or through the same jump host (sshd's MaxStartups). */
  readonly maxConnecting: number;
  readonly home: string;
  readonly localUser: string;
}

/** Times and chance, so that tests need not wait for them. */
export interface SshTuning {
  readonly keepaliveSeconds: number;
  /** Unanswered keepalives after which the connection counts as lost. */
  readonly keepaliveCount: number;
  /** How often a connection that the server dropped before its greeting is tried again. */
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
