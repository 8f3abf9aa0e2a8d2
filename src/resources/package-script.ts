/**
 * The shell that installs packages and touches nothing that is there. It first looks at what the package manager would do.
 * An installation that would upgrade or remove anything fails before it has begun.
 */
import { quoteAll } from '../shell/quote.ts';
import apt from './package-apt.sh';
import rpm from './package-rpm.sh';

/** apt's own progress goes out as it comes, see engine/progress-lines.ts. */
export function aptScript(names: readonly string[]): string {
  return `${apt}\ninstall_apt ${quoteAll(names)}`;
}

export function rpmScript(manager: 'dnf' | 'yum', names: readonly string[]): string {
  return `${rpm}\ninstall_rpm ${quoteAll([manager, ...names])}`;
}
