/** What the findings about base files have in common: who uses a file, and what could not be read. */
import { nameSome } from '../../core/sentence-parts.ts';
import type { Unreadable, Use } from '../decisions/bases/usage.ts';

const MAX_USERS_SHOWN = 4;

/** The VMs and processes that use something, each once, in few words. */
export function usersOf(uses: readonly Use[]): string {
  const users = [...new Set(uses.map(({ user }) => user))];
  return users.length === 0 ? 'perhaps in use' : nameSome(users, MAX_USERS_SHOWN);
}

/** Something that could not be read, and why. */
export function describeUnreadable(it: Unreadable): string {
  switch (it.kind) {
    case 'network-mount':
      return `${it.path} is on a network mount and was not read`;
    case 'too-many-files':
      return `${it.path} holds too many files to read them all`;
    case 'not-followed':
      return `${it.path} is ${it.type} and was not followed`;
    case 'chain':
      return `${it.disk}: ${it.reason} (${it.path})`;
    case 'process':
      return `${it.command} (pid ${it.pid}) could not be read`;
    case 'open-files':
      return 'not all open files could be listed';
  }
}
