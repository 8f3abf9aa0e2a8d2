/** Why a needed base file cannot be copied back, in words. */
import type { UnderlyingConflict } from '../decisions/bases/needed.ts';

const TEXTS: Readonly<Record<UnderlyingConflict, string>> = {
  'strange-name': 'Nova never uses such a name',
  'pool-unreadable': 'the files of the pool could not be read',
  'has-backing-file': 'it has a backing file or a data file',
  'other-file': 'the folder under the mount has another file of that name',
  unreadable: 'it could not be read',
};

export function describeConflict(reason: UnderlyingConflict): string {
  return TEXTS[reason];
}
