/** Follows the backing chain of a disk image. */
import { openAs } from './headers.ts';
import type { Disk, DiskReading } from './reading.ts';
import { parseReference } from './reference.ts';

/** What is known of a file of a chain. */
export type Seen =
  | { readonly kind: 'file'; readonly reading: DiskReading; readonly size: number }
  | { readonly kind: 'absent' }
  /** It was not looked at. */
  | { readonly kind: 'unread'; readonly reason: string };

/** One image of a chain. */
export interface ChainLink {
  readonly path: string;
  /** The format that the image above records for this one. Null for the first image, and where QEMU has to guess. */
  readonly recordedFormat: string | null;
  readonly disk: Disk;
}

/** How a chain ends: `whole` with an image that has no backing file. */
export type ChainEnd =
  | { readonly kind: 'whole' }
  | { readonly kind: 'remote'; readonly protocol: string }
  | { readonly kind: 'absent'; readonly path: string; readonly recordedFormat: string | null }
  /** It may lead to any file. */
  | { readonly kind: 'unknown'; readonly path: string; readonly reason: string }
  /** Not known until more of the file is read: so many bytes from its start. */
  | { readonly kind: 'short'; readonly path: string; readonly needs: number };

/** An image, its backing file, the backing file of that, and so on, as QEMU would open them. */
export interface Chain {
  readonly links: readonly ChainLink[];
  readonly end: ChainEnd;
}

/**
 * Follows backing files from an image to its base file.
 *
 * @param look says what is at a path. Paths are as QEMU would open them: they may have symbolic links and `..` in them
 */
export function followChain(first: string, look: (path: string) => Seen): Chain {
  const links: ChainLink[] = [];
  const visited = new Set<string>();
  const chain = (end: ChainEnd): Chain => ({ links, end });
  for (let path = first, recordedFormat: string | null = null; ;) {
    if (visited.has(path)) return chain({ kind: 'unknown', path, reason: 'it leads back to itself' });
    visited.add(path);
    const seen = look(path);
    if (seen.kind === 'absent') return chain({ kind: 'absent', path, recordedFormat });
    if (seen.kind === 'unread') return chain({ kind: 'unknown', path, reason: seen.reason });
    const disk = openAs(recordedFormat, seen.reading, seen.size);
    if (disk.kind === 'short') return chain({ kind: 'short', path, needs: disk.needs });
    if (disk.kind === 'damaged') return chain({ kind: 'unknown', path, reason: disk.reason });
    links.push({ path, recordedFormat, disk });
    if (disk.backing === null) return chain({ kind: 'whole' });
    const next = parseReference(disk.backing.name, folderOf(path));
    if (next.kind === 'unknown') return chain({ kind: 'unknown', path, reason: next.reason });
    if (next.kind === 'remote') return chain(next);
    recordedFormat = disk.backing.format ?? next.format;
    path = next.path;
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}
