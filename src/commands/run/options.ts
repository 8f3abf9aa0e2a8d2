import type { Share } from '../../engine/rollout.ts';
import type { PlanForm } from '../../report/forms.ts';

export type { Share } from '../../engine/rollout.ts';

/** Options of the commands that connect, as typed. */
export interface ConnectOptions {
  readonly limit: string | undefined;
  readonly forks: number;
  /** Undefined: the packaged playbooks/site.yaml. */
  readonly playbook: string | undefined;
  readonly yes: boolean;
  readonly json: boolean;
  readonly format: PlanForm;
  readonly user: string | undefined;
  readonly privateKey: string | undefined;
  readonly askPass: boolean;
  readonly askBecomePass: boolean;
  readonly sshConfig: string | undefined;
  readonly knownHosts: string | undefined;
  readonly acceptNewHostKeys: boolean;
  /** Seconds. */
  readonly connectTimeout: number | undefined;
  /** Seconds. */
  readonly taskTimeout: number;
  /** Seconds to wait for another run to end; undefined where no lock is taken. */
  readonly lockTimeout?: number;
  readonly logFile: string | undefined;
  readonly verbose: boolean;
  readonly quiet: boolean;
}

export interface PlanOptions extends ConnectOptions {
  readonly detailedExitcode: boolean;
  /** Where the plan is saved. */
  readonly out?: string | undefined;
  /** A saved plan: what differs from it is printed in place of the plan. */
  readonly diffAgainst?: string | undefined;
}

export interface ApplyOptions extends ConnectOptions {
  /** `N` or `N%`. */
  readonly serial: Share | undefined;
  /** A number, or a pattern of host names. */
  readonly canary: number | string | undefined;
  /** `N` or `N%`. */
  readonly maxFailures: Share | undefined;
}

/** `remove`: a plan of its own playbook. */
export interface RemoveOptions extends ConnectOptions {
  /** Only the plan. */
  readonly dryRun: boolean;
  readonly detailedExitcode: boolean;
}

/** `gc`: what is freed, and whether it is only listed. */
export interface GcOptions extends ConnectOptions {
  readonly local: boolean;
  readonly delete: boolean;
}

/** `history`: how the backend is reached, and what is shown. */
export interface HistoryOptions extends Omit<
  ConnectOptions,
  'limit' | 'forks' | 'playbook' | 'yes' | 'logFile' | 'quiet' | 'lockTimeout'
> {
  /** The id of a run, or its beginning. */
  readonly show?: string;
}
