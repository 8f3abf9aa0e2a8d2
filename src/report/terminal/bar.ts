/** A bar that shows a share of a whole. */
import type { Style } from './style.ts';

/** @param share from 0 to 1 */
export function bar(share: number, columns: number, style: Style): string {
  const filled = Math.floor(Math.min(1, Math.max(0, share)) * columns);
  const [full, empty] = style.unicode ? ['█', '░'] : ['#', '.'];
  return full.repeat(filled) + empty.repeat(columns - filled);
}
