/** The names of base files. */
import { createHash } from 'node:crypto';

/** What the name of a base file looks like. */
export const BASE_NAME = /^[0-9a-f]{40}$/;

/** Nova's name for the base file of an image: the SHA-1 of the id exactly as Glance has it (docs/facts.md#fact-15). */
export function baseName(imageId: string): string {
  return createHash('sha1').update(imageId).digest('hex');
}
