/** Where the images folder of the backend lies. */
import { isNetworkFileSystem } from '../../formats/network-file-systems.ts';
import { mountOf } from './mount-of.ts';
import type { Backend } from './node.ts';

/** Whether the images folder exists and is not on a network mount. */
export function isOnOwnDisks({ images, mounts }: Backend): boolean {
  if (images.kind !== 'folder') return false;
  const mount = mountOf(mounts, images.real);
  return mount === undefined || !isNetworkFileSystem(mount.type);
}
