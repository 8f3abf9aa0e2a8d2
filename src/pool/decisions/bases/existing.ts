import { pushTo } from '../../../core/push-to.ts';
import { memoizeLast } from '../../../core/memoize.ts';
import type { BaseFile } from '../../../facts/base-files.ts';
import type { Query } from '../../../facts/fact.ts';
import { fileDigest } from '../../../facts/file-digest.ts';
import type { Backend, ComputeNode } from '../../nodes/nodes.ts';
import { usageOf } from './usage.ts';
import type { Usage, Use } from './usage.ts';
import { decideBase, decideMissing } from './decision.ts';
import type { MissingDecision, BaseDecision } from './decision.ts';

/** A base file of one node, and what is to be done about it. */
export interface AssessedBase {
  readonly file: BaseFile;
  readonly uses: readonly Use[];
  readonly decision: BaseDecision;
}

export interface AssessedMissing {
  readonly name: string;
  readonly uses: readonly Use[];
  readonly decision: MissingDecision;
}

/** What a compute node without the pool has had until now. */
export interface ExistingBases {
  readonly node: ComputeNode;
  readonly files: readonly AssessedBase[];
  readonly missing: readonly AssessedMissing[];
  readonly usage: Usage;
}

/** The past of all nodes, and what has to be asked before more can be said; by host name. */
export interface AllExistingBases {
  readonly nodes: ReadonlyMap<string, ExistingBases>;
  readonly questions: ReadonlyMap<string, readonly Query[]>;
}

/** Judges every base file of every node that has no pool yet, alone and together. Pure. */
export function readExistingBases(backend: Backend, computes: readonly ComputeNode[]): AllExistingBases {
  const judged = computes
    .filter(({ base }) => base.kind === 'folder' || base.kind === 'absent')
    .map((node) => assessNode(node, backend));
  const questions = new Map<string, Query[]>();
  for (const { host, query } of judged.flatMap((each) => each.questions)) pushTo(questions, host, query);
  const nodes = returnAll(agreeAll(judged.map(({ past }) => past)));
  return { nodes: new Map(nodes.map((past) => [past.node.host.name, past])), questions };
}

interface JudgedNode {
  readonly past: ExistingBases;
  readonly questions: readonly { readonly host: string; readonly query: Query }[];
}

/** Remembered, because the pool is derived again for each host that is read again, and only that one has changed. */
const assessNode = memoizeLast((node: ComputeNode, backend: Backend): JudgedNode => {
  const questions: { host: string; query: Query }[] = [];
  const ask = (name: string, ...queries: readonly Query[]) =>
    questions.push(...queries.map((query) => ({ host: name, query })));
  const { base, disks, host } = node;
  const usage = usageOf(node);
  ask(host.name, ...usage.questions);
  const readings = new Map(disks.files.map(({ path, reading }) => [path, reading]));
  const blind = usage.unreadable.length > 0;
  const files = base.files.filter(isBaseFile).map((file): AssessedBase => {
    // of two looks at the folder each counts
    const uses = [...(usage.uses.get(file.name) ?? []), ...(usage.missing.get(file.name) ?? [])];
    if (uses.length === 0 && !blind && usage.questions.length > 0)
      return { file, uses, decision: { kind: 'pending', needs: [] } };
    const pool = backend.poolFiles === null ? null : backend.poolFiles(file.name);
    const digestQuery = fileDigest({ path: `${base.real ?? ''}/${file.name}` });
    const verdict = decideBase({
      file,
      reading: readings.get(`_base/${file.name}`) ?? null,
      uses: blind ? null : uses,
      pool,
      digest: node.answer(digestQuery),
    });
    for (const need of verdict.kind === 'pending' ? verdict.needs : []) {
      if (need === 'digest') ask(host.name, digestQuery);
      else if (pool) ask(backend.host.name, need === 'pool-header' ? pool.headerQuery : pool.digestQuery);
    }
    return { file, uses, decision: verdict };
  });
  const gone = [...usage.missing].filter(([name]) => !base.files.some((file) => file.name === name));
  const missing = gone.map(([name, uses]): AssessedMissing => {
    const pool = backend.poolFiles === null ? null : backend.poolFiles(name);
    const verdict = decideMissing(uses, pool);
    if (verdict.kind === 'pending' && pool !== undefined && pool !== null)
      ask(backend.host.name, pool.headerQuery);
    return { name, uses, decision: verdict };
  });
  return { past: { node, files, missing, usage }, questions };
});

/** A `lost+found` stands where `_base` is a file system of its own. */
export function isBaseFile({ name, directory }: BaseFile): boolean {
  return !(directory && name === 'lost+found');
}

/**
 * One name can mean one file only: nodes that need different ones under it are in conflict, all of them. One of which it
 * is not known yet is believed to agree until its file is read.
 */
function agreeAll(nodes: readonly ExistingBases[]): readonly ExistingBases[] {
  const needed = new Map<string, { host: string; verdict: BaseDecision }[]>();
  for (const { node, files } of nodes)
    for (const { file, decision: verdict } of files.filter((each) => each.decision.kind !== 'unused'))
      pushTo(needed, file.name, { host: node.host.name, verdict });
  return nodes.map((past) => ({
    ...past,
    files: past.files.map((judged) => {
      if (!isGiven(judged.decision)) return judged;
      const { digest } = judged.decision;
      const others = (needed.get(judged.file.name) ?? []).filter(
        ({ verdict }) => verdict.kind !== 'pending' && !(isGiven(verdict) && verdict.digest === digest),
      );
      if (others.length === 0) return judged;
      const reason = `${others.map(({ host }) => host).join(', ')} has another file of that name`;
      return { ...judged, decision: { kind: 'conflict', reason } };
    }),
  }));
}

/** A base file that is gone from one node, and that the pool gets from another one as the disks say it is. */
function returnAll(nodes: readonly ExistingBases[]): readonly ExistingBases[] {
  const raw = new Set(
    nodes.flatMap(({ files }) =>
      files.filter(({ decision: verdict }) => verdict.kind === 'adopt').map(({ file }) => file.name),
    ),
  );
  if (raw.size === 0) return nodes;
  return nodes.map((past) => ({
    ...past,
    missing: past.missing.map((each) =>
      raw.has(each.name) && each.uses.every(({ recordedFormat: told }) => told === null || told === 'raw')
        ? { ...each, decision: { kind: 'returns' } }
        : each,
    ),
  }));
}

/** Whether the pool is to get this file from the node. */
export function isGiven(verdict: BaseDecision): verdict is BaseDecision & { kind: 'adopt' | 'copy' } {
  return verdict.kind === 'adopt' || verdict.kind === 'copy';
}

/**
 * Whether a name on this node stands in nobody's way, so that the pool may publish it. What is only unused today does not
 * where the mount will not come in this run: Nova would make new VMs on it.
 *
 * @param isMounted whether the node gets the pool in this run
 * @param coming names that the pool gets from compute nodes in this run
 */
export function isSettled(
  past: ExistingBases,
  name: string,
  { isMounted, coming }: { readonly isMounted: boolean; readonly coming: readonly string[] },
): boolean {
  const verdict = past.files.find((each) => each.file.name === name)?.decision;
  if (verdict === undefined || verdict.kind === 'same') return true;
  if (isGiven(verdict)) return coming.includes(name);
  return verdict.kind === 'unused' && isMounted && mayBeHidden(past);
}

/** Names that the pool must not publish, because a VM's disk needs other bytes under them. */
export function mismatchedNames({ missing }: ExistingBases): readonly string[] {
  return missing
    .filter(({ decision: verdict }) => verdict.kind === 'trap' || verdict.kind === 'pending')
    .map(({ name }) => name);
}

/** Whether everything that the mount would hide is proved to be needed by nobody, or to be the same in the pool. */
export function mayBeHidden({ node, files, missing }: ExistingBases): boolean {
  return (
    node.base.complete &&
    files.every(
      ({ file, decision: verdict }) =>
        !file.directory && (verdict.kind === 'unused' || verdict.kind === 'same' || isGiven(verdict)),
    ) &&
    missing.every(({ decision: verdict }) => verdict.kind === 'lost' || verdict.kind === 'returns')
  );
}
