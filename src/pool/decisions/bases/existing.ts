/** The base files that compute nodes have before the pool is mounted there, and what becomes of each. */
import { memoizeLast } from '../../../core/memoize.ts';
import { pushTo } from '../../../core/push-to.ts';
import type { BaseFile } from '../../../facts/base-files.ts';
import type { Query } from '../../../facts/fact.ts';
import { fileDigest } from '../../../facts/file-digest.ts';
import type { Backend, ComputeNode } from '../../nodes/node.ts';
import { decideBase, decideMissing } from './decision.ts';
import type { BaseDecision, MissingDecision } from './decision.ts';
import { isOwnFile } from './own-file.ts';
import { usageOf } from './usage.ts';
import type { Usage, Use } from './usage.ts';

/** A base file of one node, and what was decided about it. */
export interface AssessedBase {
  readonly file: BaseFile;
  readonly uses: readonly Use[];
  readonly decision: BaseDecision;
}

/** A base file that disks of a node need and that is missing there. */
export interface AssessedMissing {
  readonly name: string;
  readonly uses: readonly Use[];
  readonly decision: MissingDecision;
}

/** The base files of one node that has no pool yet. */
export interface ExistingBases {
  readonly node: ComputeNode;
  readonly files: readonly AssessedBase[];
  readonly missing: readonly AssessedMissing[];
  readonly usage: Usage;
}

/** Those of all nodes, and what must be read before more can be decided; both by the name of the host. */
export interface AllExistingBases {
  readonly nodes: ReadonlyMap<string, ExistingBases>;
  readonly questions: ReadonlyMap<string, readonly Query[]>;
}

/** Decides about every base file of every node that has no pool yet: first each node alone, then all together. Pure. */
export function assessExistingBases(backend: Backend, computes: readonly ComputeNode[]): AllExistingBases {
  const assessed = computes
    .filter(({ base }) => base.kind === 'folder' || base.kind === 'absent')
    .map((node) => assessNode(node, backend));
  const questions = new Map<string, Query[]>();
  for (const { host, query } of assessed.flatMap((each) => each.questions)) pushTo(questions, host, query);
  const nodes = findReturning(findDisagreements(assessed.map(({ bases }) => bases)));
  return { nodes: new Map(nodes.map((bases) => [bases.node.host.name, bases])), questions };
}

interface AssessedNode {
  readonly bases: ExistingBases;
  readonly questions: readonly { readonly host: string; readonly query: Query }[];
}

/** Memoized: the pool is derived again whenever one host was read again, and the other hosts have not changed then. */
const assessNode = memoizeLast((node: ComputeNode, backend: Backend): AssessedNode => {
  const questions: { host: string; query: Query }[] = [];
  const ask = (host: string, ...queries: readonly Query[]) =>
    questions.push(...queries.map((query) => ({ host, query })));
  const { base, host } = node;
  const usage = usageOf(node);
  ask(host.name, ...usage.questions);
  const usesAnything = usage.unreadable.length > 0;
  const files = base.files.filter(isOwnFile).map((file): AssessedBase => {
    // the folder was read twice, by two facts; a use that either shows counts
    const uses = [...(usage.uses.get(file.name) ?? []), ...(usage.missing.get(file.name) ?? [])];
    if (uses.length === 0 && !usesAnything && usage.questions.length > 0)
      return { file, uses, decision: { kind: 'pending', needs: [] } };
    const pool = backend.poolFiles === null ? null : backend.poolFiles(file.name);
    const digestQuery = ownDigest(node, file.name);
    const decision = decideBase({
      file,
      reading: usage.readingOf(file.name),
      uses: usesAnything ? null : uses,
      pool,
      digest: node.answer(digestQuery),
    });
    for (const need of decision.kind === 'pending' ? decision.needs : []) {
      if (need === 'digest') ask(host.name, digestQuery);
      else if (pool) ask(backend.host.name, need === 'pool-header' ? pool.headerQuery : pool.digestQuery);
    }
    return { file, uses, decision };
  });
  const isThere = (name: string) => base.files.some((file) => file.name === name);
  const missing = [...usage.missing]
    .filter(([name]) => !isThere(name))
    .map(([name, uses]): AssessedMissing => {
      const pool = backend.poolFiles === null ? null : backend.poolFiles(name);
      const decision = decideMissing(uses, pool);
      if (decision.kind === 'pending' && pool) ask(backend.host.name, pool.headerQuery);
      return { name, uses, decision };
    });
  return { bases: { node, files, missing, usage }, questions };
});

/** Asks for the digest of a node's own base file. */
export function ownDigest({ baseFolder }: ComputeNode, name: string) {
  return fileDigest({ path: `${baseFolder.host}/${name}` });
}

/**
 * A name can mean only one file in the pool. Where nodes need different files under one name, all of these nodes have a
 * conflict. A node whose file was not read yet is taken to agree until it is read.
 */
function findDisagreements(nodes: readonly ExistingBases[]): readonly ExistingBases[] {
  const needed = new Map<string, { host: string; decision: BaseDecision }[]>();
  for (const { node, files } of nodes)
    for (const { file, decision } of files.filter((each) => each.decision.kind !== 'unused'))
      pushTo(needed, file.name, { host: node.host.name, decision });
  return nodes.map((bases) => ({
    ...bases,
    files: bases.files.map((assessed) => {
      if (!comesToPool(assessed.decision)) return assessed;
      const { digest } = assessed.decision;
      const others = (needed.get(assessed.file.name) ?? []).filter(
        ({ decision }) =>
          decision.kind !== 'pending' && !(comesToPool(decision) && decision.digest === digest),
      );
      if (others.length === 0) return assessed;
      const reason = { kind: 'other-nodes', hosts: others.map(({ host }) => host) } as const;
      return { ...assessed, decision: { kind: 'conflict', reason } };
    }),
  }));
}

/** A raw base file that is missing on one node, and that the pool gets from another node. */
function findReturning(nodes: readonly ExistingBases[]): readonly ExistingBases[] {
  const adopted = new Set(
    nodes.flatMap(({ files }) =>
      files.filter(({ decision }) => decision.kind === 'adopt').map(({ file }) => file.name),
    ),
  );
  if (adopted.size === 0) return nodes;
  const fits = ({ name, uses }: AssessedMissing) =>
    adopted.has(name) &&
    uses.every(({ recordedFormat }) => recordedFormat === null || recordedFormat === 'raw');
  return nodes.map((bases) => ({
    ...bases,
    missing: bases.missing.map((each) => (fits(each) ? { ...each, decision: { kind: 'returns' } } : each)),
  }));
}

/** Whether the pool gets this file from the node. */
export function comesToPool(decision: BaseDecision): decision is BaseDecision & { kind: 'adopt' | 'copy' } {
  return decision.kind === 'adopt' || decision.kind === 'copy';
}

/** Names that the pool must not publish: a disk of this node records another format than the pool has. */
export function mismatchedNames({ missing }: ExistingBases): readonly string[] {
  return missing
    .filter(({ decision }) => decision.kind === 'format-mismatch' || decision.kind === 'pending')
    .map(({ name }) => name);
}

/** Whether the pool may be mounted over these files: each is proved to be unused, or to have the pool's bytes. */
export function mayBeCovered({ node, files, missing }: ExistingBases): boolean {
  return (
    node.base.complete &&
    files.every(
      ({ file, decision }) =>
        !file.directory && (decision.kind === 'unused' || decision.kind === 'same' || comesToPool(decision)),
    ) &&
    missing.every(({ decision }) => decision.kind === 'lost' || decision.kind === 'returns')
  );
}
