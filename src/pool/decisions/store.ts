import { memoizeLast } from '../../core/memoize.ts';
import type { BaseFile } from '../../facts/base-files.ts';
import type { Query } from '../../facts/fact.ts';
import { fileDigest } from '../../facts/file-digest.ts';
import type { Backend, Controller } from '../nodes/nodes.ts';
import { isBaseFile } from './bases/existing.ts';

/** What is to be done about a file in a controller's own store. */
export type StoreVerdict =
  /** More has to be asked. */
  | { readonly kind: 'pending' }
  /** The pool has it, byte for byte. */
  | { readonly kind: 'same' }
  /** The pool does not have it. */
  | { readonly kind: 'move' }
  | { readonly kind: 'conflict'; readonly reason: string };

export interface StoreFile {
  readonly file: BaseFile;
  readonly verdict: StoreVerdict;
}

/** What a controller has in its own store, where the pool is not mounted yet. */
export interface OwnStore {
  readonly node: Controller;
  readonly files: readonly StoreFile[];
}

/** The stores of all controllers, and what has to be asked before more can be said; by host name. */
export interface Stores {
  readonly stores: ReadonlyMap<string, OwnStore>;
  readonly questions: ReadonlyMap<string, readonly Query[]>;
}

type Ask = (host: string, query: Query) => void;

/** Judges every file of every local store, against the pool and against the other stores. Pure. */
export function readStores(backend: Backend, controllers: readonly Controller[]): Stores {
  const questions = new Map<string, Query[]>();
  const ask: Ask = (host, query) => {
    const known = questions.get(host);
    if (known === undefined) questions.set(host, [query]);
    else known.push(query);
  };
  for (const { host, store, storeQuery } of controllers)
    if (store === undefined && storeQuery !== null) ask(host.name, storeQuery);
  const own = controllers.filter(({ store }) => store?.kind === 'folder');
  const judged = own.map((node): OwnStore => ({ node, files: judgeStore(node, backend, ask) }));
  const stores = agreeAll(judged, ask);
  return { stores: new Map(stores.map((store) => [store.node.host.name, store])), questions };
}

function judgeStore(node: Controller, backend: Backend, ask: Ask): readonly StoreFile[] {
  const images = imagesByName(backend);
  return (node.store?.files ?? []).filter(isBaseFile).map((file): StoreFile => {
    const there = images.get(file.name);
    if (there === undefined || file.directory) return { file, verdict: { kind: 'move' } };
    if (there.size !== file.size) {
      const reason = `the pool has another file of this name, of ${there.size} bytes, not ${file.size}`;
      return { file, verdict: { kind: 'conflict', reason } };
    }
    const { size, mtime, inode, name } = file;
    if (node.moved.has(`${size} ${mtime} ${inode} ${there.inode} ${name}//`))
      return { file, verdict: { kind: 'same' } };
    const theirs = backend.answer(imageDigest(backend, file.name));
    const ours = node.answer(ownDigest(node, file.name));
    if (theirs === undefined) ask(backend.host.name, imageDigest(backend, file.name));
    if (ours === undefined) ask(node.host.name, ownDigest(node, file.name));
    return { file, verdict: compared(ours, theirs, 'the pool has other bytes under this name') };
  });
}

const imagesByName = memoizeLast(
  (backend: Backend) => new Map((backend.imageFiles ?? []).map((file) => [file.name, file])),
);

function imageDigest({ host }: Backend, name: string) {
  return fileDigest({ path: `${host.settings.pool.images}/${name}` });
}

function ownDigest({ store }: Controller, name: string) {
  return fileDigest({ path: `${store?.real ?? ''}/${name}` });
}

function compared(
  ours: string | null | undefined,
  theirs: string | null | undefined,
  otherwise: string,
): StoreVerdict {
  if (ours === undefined || theirs === undefined) return { kind: 'pending' };
  if (ours === null || theirs === null) return { kind: 'conflict', reason: 'it could not be read whole' };
  return ours === theirs ? { kind: 'same' } : { kind: 'conflict', reason: otherwise };
}

/** Stores that were apart until now may have different files under one name; the pool has room for one. */
function agreeAll(stores: readonly OwnStore[], ask: Ask): readonly OwnStore[] {
  const owners = new Map<string, { node: Controller; file: BaseFile }[]>();
  for (const { node, files } of stores)
    for (const { file } of files.filter((each) => each.verdict.kind === 'move'))
      owners.set(file.name, [...(owners.get(file.name) ?? []), { node, file }]);
  return stores.map(({ node, files }) => ({
    node,
    files: files.map((own): StoreFile => {
      const others = (owners.get(own.file.name) ?? []).filter((other) => other.node !== node);
      if (own.verdict.kind !== 'move' || own.file.directory || others.length === 0) return own;
      return { ...own, verdict: agreed(node, own.file, others, ask) };
    }),
  }));
}

function agreed(
  node: Controller,
  file: BaseFile,
  others: readonly { readonly node: Controller; readonly file: BaseFile }[],
  ask: Ask,
): StoreVerdict {
  const ours = node.answer(ownDigest(node, file.name));
  for (const other of others) {
    const reason = `${other.node.host.name} has another file of this name`;
    if (other.file.size !== file.size) return { kind: 'conflict', reason };
    if (ours === undefined) ask(node.host.name, ownDigest(node, file.name));
    const verdict = compared(ours, other.node.answer(ownDigest(other.node, file.name)), reason);
    if (verdict.kind !== 'same') return verdict;
  }
  return { kind: 'move' };
}
