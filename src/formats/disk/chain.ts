import { openAs } from './headers.ts';
import type { Disk, DiskReading } from './reading.ts';
import { parseReference } from './reference.ts';

/** What is known of a file that a chain leads to. */
export type Seen =
  | { readonly kind: 'file'; readonly reading: DiskReading; readonly size: number }
  | { readonly kind: 'absent' }
  /** It was not looked at. */
  | { readonly kind: 'unread'; readonly reason: string };

/** One image of a chain. */
export interface ChainLink {
  readonly path: string;
  /** The format that the image above says this one has; null for the first one, and where that is left to a guess. */
  readonly told: string | null;
  readonly disk: Disk;
}

/** How a chain ends. */
export type ChainEnd =
  | { readonly kind: 'whole' }
  | { readonly kind: 'remote'; readonly protocol: string }
  | { readonly kind: 'absent'; readonly path: string; readonly told: string | null }
  /** It may lead anywhere. */
  | { readonly kind: 'unknown'; readonly path: string; readonly reason: string }
  /** As `unknown`, until more of the file's start is read. */
  | { readonly kind: 'short'; readonly path: string; readonly needs: number };

/** An image and those below it, as QEMU would open them. */
export interface Chain {
  readonly links: readonly ChainLink[];
  readonly end: ChainEnd;
}

/**
 * Follows backing files from an image down to its base.
 *
 * @param look what is at a path; it is asked for paths as QEMU would open them, with symbolic links and `..` in them
 */
export function followChain(first: string, look: (path: string) => Seen): Chain {
  const links: ChainLink[] = [];
  const visited = new Set<string>();
  const chain = (end: ChainEnd): Chain => ({ links, end });
  for (let path = first, told: string | null = null; ;) {
    if (visited.has(path)) return chain({ kind: 'unknown', path, reason: 'it leads back to itself' });
    visited.add(path);
    const seen = look(path);
    if (seen.kind === 'absent') return chain({ kind: 'absent', path, told });
    if (seen.kind === 'unread') return chain({ kind: 'unknown', path, reason: seen.reason });
    const disk = openAs(told, seen.reading, seen.size);
    if (disk.kind === 'short') return chain({ kind: 'short', path, needs: disk.needs });
    if (disk.kind === 'damaged') return chain({ kind: 'unknown', path, reason: disk.reason });
    links.push({ path, told, disk });
    if (disk.backing === null) return chain({ kind: 'whole' });
    const next = parseReference(disk.backing.name, folderOf(path));
    if (next.kind === 'unknown') return chain({ kind: 'unknown', path, reason: next.reason });
    if (next.kind === 'remote') return chain(next);
    told = disk.backing.format ?? next.format;
    path = next.path;
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}
