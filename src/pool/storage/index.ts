/** The storage that pools use. */
export { nfs as storage } from './nfs.ts';
