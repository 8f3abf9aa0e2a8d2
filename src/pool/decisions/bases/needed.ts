/** Which base files the VMs of a node with the pool need, and what of them lies under the mount of the pool. */
import type { Query } from '../../../facts/fact.ts';
import { underlyingDigest } from '../../../facts/underlying-digest.ts';
import { usageOf } from './usage.ts';
import type { Usage, Use } from './usage.ts';
import type { Backend, ComputeNode } from '../../nodes/node.ts';

/** A base file that VMs of a node need. */
export interface NeededBase {
  readonly name: string;
  readonly uses: readonly Use[];
  /** The size of the pool's file in bytes; 0 where the pool has none. */
  readonly size: number;
  readonly decision: UnderlyingDecision;
}

/** What becomes of a needed base file when the pool is unmounted. */
export type UnderlyingDecision =
  /** The underlying folder has the same bytes. */
  | { readonly kind: 'there' }
  /** Only the pool has it: it is copied back. */
  | { readonly kind: 'copy' }
  /** More must be read first. */
  | { readonly kind: 'pending' }
  /** Only the underlying folder has it: the VM gets it back. */
  | { readonly kind: 'returns' }
  /** It is nowhere. Such a VM cannot start, with or without the pool. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'conflict'; readonly reason: UnderlyingConflict };

/** Why a needed base file cannot be copied back. */
export type UnderlyingConflict =
  /** Nova gives no such name. Scripts that read line by line cannot take it. */
  | 'strange-name'
  | 'pool-unreadable'
  /** The file has a backing file or a data file of its own. */
  | 'has-backing-file'
  /** The underlying folder has another file of this name. */
  | 'other-file'
  | 'unreadable';

/** What the VMs of a node need of the pool that is mounted there. */
export interface Needs {
  readonly usage: Usage;
  /** Sorted by name. */
  readonly bases: readonly NeededBase[];
  readonly questions: readonly { readonly host: string; readonly query: Query }[];
}

/** Follows every disk of a node to the base files that it leads to, through the mount. Pure. */
export function readNeeds(node: ComputeNode, backend: Backend): Needs {
  const { host } = node;
  const usage = usageOf(node);
  const questions: { host: string; query: Query }[] = usage.questions.map((query) => ({
    host: host.name,
    query,
  }));
  const names = new Map<string, readonly Use[]>([...usage.uses, ...usage.missing]);
  const bases = [...names].sort(byName).map(([name, uses]): NeededBase => {
    const assessed = assess(name, node, backend);
    questions.push(...assessed.questions);
    return { name, uses, size: assessed.size, decision: assessed.decision };
  });
  return { usage, bases, questions };
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : a > b ? 1 : 0;

interface Assessment {
  readonly decision: UnderlyingDecision;
  readonly size: number;
  readonly questions: Needs['questions'];
}

function assess(name: string, node: ComputeNode, backend: Backend): Assessment {
  const { base, baseFolder, host } = node;
  const underlying = base.files.find((file) => file.name === name);
  const decided = (
    decision: UnderlyingDecision,
    size = 0,
    questions: Assessment['questions'] = [],
  ): Assessment => ({ decision, size, questions });
  const conflict = (reason: UnderlyingConflict): Assessment => decided({ kind: 'conflict', reason });
  if (/^\.|[/\n]/.test(name)) return conflict('strange-name');
  if (backend.poolFiles === null) return conflict('pool-unreadable');
  const pool = backend.poolFiles(name);
  if (pool?.published !== true) return decided({ kind: underlying === undefined ? 'lost' : 'returns' });
  const askBackend = (query: Query) => ({ host: backend.host.name, query });
  if (pool.reading === undefined)
    return decided({ kind: 'pending' }, pool.size, [askBackend(pool.headerQuery)]);
  if (pool.reading?.kind === 'disk' && (pool.reading.backing ?? pool.reading.dataFile) !== null)
    return conflict('has-backing-file');
  if (underlying === undefined) return decided({ kind: 'copy' }, pool.size);
  if (underlying.directory || underlying.size !== pool.size) return conflict('other-file');
  const ownQuery = underlyingDigest({ folder: baseFolder.host, name });
  const own = node.answer(ownQuery);
  if (own === undefined || pool.digest === undefined)
    return decided({ kind: 'pending' }, pool.size, [
      askBackend(pool.digestQuery),
      { host: host.name, query: ownQuery },
    ]);
  if (own === null || pool.digest === null) return conflict('unreadable');
  return own === pool.digest ? decided({ kind: 'there' }, pool.size) : conflict('other-file');
}
