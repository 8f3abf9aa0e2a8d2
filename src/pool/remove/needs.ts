import type { Query } from '../../facts/fact.ts';
import { beneathDigest } from '../../facts/underlying-digest.ts';
import type { Backend, ComputeNode } from '../nodes/nodes.ts';
import { usageOf } from '../decisions/bases/usage.ts';
import type { Usage, Use } from '../decisions/bases/usage.ts';

/** A base file that VMs of a node need, and what is of it beneath the pool's mount. */
export interface NeededBase {
  readonly name: string;
  readonly uses: readonly Use[];
  readonly size: number;
  readonly decision: UnderlyingDecision;
}

export type UnderlyingDecision =
  /** The local folder has the same bytes. */
  | { readonly kind: 'there' }
  /** Only the pool has it. */
  | { readonly kind: 'copy' }
  /** Only reading the files can tell. */
  | { readonly kind: 'pending' }
  /** Only the local folder has it: the VM gets it back. */
  | { readonly kind: 'returns' }
  /** It is nowhere: such a VM cannot start, now as then. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'conflict'; readonly reason: string };

/** What the VMs of a node need of the pool that is mounted there. */
export interface Needs {
  readonly usage: Usage;
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
    const judged = judge(name, node, backend);
    questions.push(...judged.questions);
    return { name, uses, size: judged.size, decision: judged.verdict };
  });
  return { usage, bases, questions };
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : a > b ? 1 : 0;

interface Judgement {
  readonly verdict: UnderlyingDecision;
  readonly size: number;
  readonly questions: readonly { readonly host: string; readonly query: Query }[];
}

function judge(name: string, node: ComputeNode, backend: Backend): Judgement {
  const { base, host } = node;
  const beneath = base.files.find((file) => file.name === name);
  const tell = (
    verdict: UnderlyingDecision,
    size = 0,
    questions: Judgement['questions'] = [],
  ): Judgement => ({
    verdict,
    size,
    questions,
  });
  const conflict = (reason: string): Judgement => tell({ kind: 'conflict', reason });
  // it becomes a word of scripts that read line by line
  if (/^\.|[/\n]/.test(name)) return conflict('its name is none that Nova gives');
  if (backend.poolFiles === null) return conflict('what the pool has could not be looked at');
  const pool = backend.poolFiles(name);
  if (pool?.published !== true) return tell({ kind: beneath === undefined ? 'lost' : 'returns' });
  const ask = (...own: readonly Query[]) => own.map((query) => ({ host: backend.host.name, query }));
  if (pool.reading === undefined) return tell({ kind: 'pending' }, pool.size, ask(pool.headerQuery));
  if (pool.reading?.kind === 'disk' && (pool.reading.backing ?? pool.reading.dataFile) !== null)
    return conflict('it leads to a further file');
  if (beneath === undefined) return tell({ kind: 'copy' }, pool.size);
  const theirs = 'the local folder has another file of that name beneath the mount';
  if (beneath.directory || beneath.size !== pool.size) return conflict(theirs);
  const ownQuery = beneathDigest({ folder: base.real ?? '', name });
  const own = node.answer(ownQuery);
  if (own === undefined || pool.digest === undefined)
    return tell({ kind: 'pending' }, pool.size, [
      ...ask(pool.digestQuery),
      { host: host.name, query: ownQuery },
    ]);
  if (own === null || pool.digest === null) return conflict('it could not be read');
  return own === pool.digest ? tell({ kind: 'there' }, pool.size) : conflict(theirs);
}
