/** The options of commands, in groups: each function asks for just those groups that it needs. */
import type { PlanForm } from '../../report/output-forms.ts';

/** How hosts are reached. */
export interface ReachOptions {
  readonly user: string | undefined;
  readonly privateKey: string | undefined;
  readonly askPass: boolean;
  readonly askBecomePass: boolean;
  readonly sshConfig: string | undefined;
  readonly knownHosts: string | undefined;
  readonly acceptNewHostKeys: boolean;
  /** Seconds. */
  readonly connectTimeout: number | undefined;
  /** Seconds without any output after which a host is given up. */
  readonly taskTimeout: number;
}

/** Which hosts a run works on, and how many of them at the same time. */
export interface SelectOptions {
  /** A host pattern; undefined: all. */
  readonly limit: string | undefined;
  readonly forks: number;
}

/** What is printed, and how. */
export interface OutputOptions {
  /** Events as JSON lines, in place of everything else. */
  readonly json: boolean;
  /** The form in which a plan is printed. */
  readonly format: PlanForm;
  readonly logFile: string | undefined;
  readonly verbose: boolean;
  readonly quiet: boolean;
}

/** What must be given before anything changes. */
export interface ConsentOptions {
  /** No question is asked. */
  readonly yes: boolean;
  /** Seconds to wait for another run to end. */
  readonly lockTimeout: number;
}

/** Which playbook is used. */
export interface PlaybookOptions {
  /** Undefined: the packaged playbooks/site.yaml. */
  readonly playbook: string | undefined;
}

/** With what a plan is compared. */
export interface CompareOptions {
  /** A saved plan: how the new plan differs from it is printed in place of the plan. */
  readonly diffAgainst: string | undefined;
}

/** What the exit code of a plan says. */
export interface ExitOptions {
  /** A plan with changes ends with exit code 2. */
  readonly detailedExitcode: boolean;
}

/** What every command that connects to hosts needs. */
export type RunOptions = ReachOptions & SelectOptions & OutputOptions;

/** What a command that changes hosts needs. */
export type ChangeOptions = RunOptions & ConsentOptions;
