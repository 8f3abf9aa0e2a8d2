/** Why a needed base file cannot be copied back, in words. */
import type { UnderlyingConflict } from './needs.ts';

const TEXTS: Readonly<Record<UnderlyingConflict, string>> = {
  'strange-name': 'Nova gives no such name',
  'pool-unreadable': 'the files of the pool could not be read',
  'has-backing-file': 'it leads to a further file',
  'other-file': 'the local folder has another file of that name beneath the mount',
  unreadable: 'it could not be read',
};

export function describeConflict(reason: UnderlyingConflict): string {
  return TEXTS[reason];
}
