/** Which entries of a folder count as files of its owner. */
import type { BaseFile } from '../../../facts/base-files.ts';

/** All but `lost+found`, which is there where the folder is a file system of its own. */
export function isOwnFile({ name, directory }: BaseFile): boolean {
  return !(directory && name === 'lost+found');
}
