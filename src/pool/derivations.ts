/** All derivations by name: a saved plan holds the name of its own. */
import { deriveApply } from './apply/derive.ts';
import type { Derivation } from './derivation.ts';
import { deriveCleanup } from './gc/derive.ts';
import { deriveRemoval } from './remove/derive.ts';

export const derivations: { readonly [Name in Derivation['name']]: Derivation } = {
  apply: { name: 'apply', derive: deriveApply },
  remove: { name: 'remove', derive: deriveRemoval },
  gc: { name: 'gc', derive: deriveCleanup },
};
