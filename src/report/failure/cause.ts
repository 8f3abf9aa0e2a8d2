/** Groups failures that have one cause. */
import type { Failure } from '../../core/failure.ts';
import { describeFailure } from './describe.ts';

/** Equal for failures with one cause: without host names, addresses and numbers. */
export function failureCause(host: string, failure: Failure): string {
  const { what } = describeFailure(host, failure);
  return `${failure.kind} ${what}`
    .replaceAll(host, '<host>')
    .replace(/\b\d{1,3}(\.\d{1,3}){3}\b|\[[0-9a-f:]+\]/gi, '<address>')
    .replace(/\b(0x)?[0-9a-f]{8,}\b/gi, '<hex>')
    .replace(/\d+/g, '0');
}
