/** The images that controllers have in stores of their own, and what becomes of each. */
import { memoizeLast } from '../../core/memoize.ts';
import { pushTo } from '../../core/push-to.ts';
import type { BaseFile } from '../../facts/base-files.ts';
import type { Query } from '../../facts/fact.ts';
import { fileDigest } from '../../facts/file-digest.ts';
import type { Backend, Controller } from '../nodes/node.ts';
import { isOwnFile } from './bases/own-file.ts';

/** What was decided about a file in a controller's own store. */
export type StoreDecision =
  /** More must be read first. */
  | { readonly kind: 'pending' }
  /** The pool has the same bytes. */
  | { readonly kind: 'same' }
  /** The pool does not have it: it is copied there. */
  | { readonly kind: 'copy' }
  | { readonly kind: 'conflict'; readonly reason: StoreConflict };

/** Why a file cannot come into the pool under its name. */
export type StoreConflict =
  | { readonly kind: 'other-size'; readonly size: number; readonly poolSize: number }
  | { readonly kind: 'other-bytes' }
  | { readonly kind: 'unreadable' }
  /** Another controller has another file of this name. */
  | { readonly kind: 'other-host'; readonly host: string };

export interface StoreFile {
  readonly file: BaseFile;
  readonly decision: StoreDecision;
}

/** What a controller has in its own store, where the pool is not mounted yet. */
export interface OwnStore {
  readonly node: Controller;
  readonly files: readonly StoreFile[];
}

/** The stores of all controllers, and what must be read before more can be decided; both by the name of the host. */
export interface Stores {
  readonly stores: ReadonlyMap<string, OwnStore>;
  readonly questions: ReadonlyMap<string, readonly Query[]>;
}

type Ask = (host: string, query: Query) => void;

/** Decides about every file of every local store: against the pool, then against the other stores. Pure. */
export function assessStores(backend: Backend, controllers: readonly Controller[]): Stores {
  const questions = new Map<string, Query[]>();
  const ask: Ask = (host, query) => pushTo(questions, host, query);
  for (const { host, store, storeQuery } of controllers)
    if (store === undefined && storeQuery !== null) ask(host.name, storeQuery);
  const own = controllers.filter(({ store }) => store?.kind === 'folder');
  const assessed = own.map((node): OwnStore => ({ node, files: assessStore(node, backend, ask) }));
  const stores = findDisagreements(assessed, ask);
  return { stores: new Map(stores.map((store) => [store.node.host.name, store])), questions };
}

function assessStore(node: Controller, backend: Backend, ask: Ask): readonly StoreFile[] {
  const images = imagesByName(backend);
  return (node.store?.files ?? []).filter(isOwnFile).map((file): StoreFile => {
    const image = images.get(file.name);
    if (image === undefined || file.directory) return { file, decision: { kind: 'copy' } };
    if (image.size !== file.size)
      return { file, decision: conflict({ kind: 'other-size', size: file.size, poolSize: image.size }) };
    const { size, mtime, inode, name } = file;
    if (node.moved.has(`${size} ${mtime} ${inode} ${image.inode} ${name}//`))
      return { file, decision: { kind: 'same' } };
    const theirs = backend.answer(imageDigest(backend, file.name));
    const ours = node.answer(ownDigest(node, file.name));
    if (theirs === undefined) ask(backend.host.name, imageDigest(backend, file.name));
    if (ours === undefined) ask(node.host.name, ownDigest(node, file.name));
    return { file, decision: compare(ours, theirs, { kind: 'other-bytes' }) };
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

const conflict = (reason: StoreConflict): StoreDecision => ({ kind: 'conflict', reason });

function compare(
  ours: string | null | undefined,
  theirs: string | null | undefined,
  otherwise: StoreConflict,
): StoreDecision {
  if (ours === undefined || theirs === undefined) return { kind: 'pending' };
  if (ours === null || theirs === null) return conflict({ kind: 'unreadable' });
  return ours === theirs ? { kind: 'same' } : conflict(otherwise);
}

/** Separate stores may have different files under one name, and the pool has room for one. */
function findDisagreements(stores: readonly OwnStore[], ask: Ask): readonly OwnStore[] {
  const owners = new Map<string, { node: Controller; file: BaseFile }[]>();
  for (const { node, files } of stores)
    for (const { file } of files.filter(({ decision }) => decision.kind === 'copy'))
      pushTo(owners, file.name, { node, file });
  return stores.map(({ node, files }) => ({
    node,
    files: files.map((own): StoreFile => {
      const others = (owners.get(own.file.name) ?? []).filter((other) => other.node !== node);
      if (own.decision.kind !== 'copy' || own.file.directory || others.length === 0) return own;
      return { ...own, decision: compareStores(node, own.file, others, ask) };
    }),
  }));
}

function compareStores(
  node: Controller,
  file: BaseFile,
  others: readonly { readonly node: Controller; readonly file: BaseFile }[],
  ask: Ask,
): StoreDecision {
  const ours = node.answer(ownDigest(node, file.name));
  for (const other of others) {
    const reason: StoreConflict = { kind: 'other-host', host: other.node.host.name };
    if (other.file.size !== file.size) return conflict(reason);
    if (ours === undefined) ask(node.host.name, ownDigest(node, file.name));
    const decision = compare(ours, other.node.answer(ownDigest(other.node, file.name)), reason);
    if (decision.kind !== 'same') return decision;
  }
  return { kind: 'copy' };
}
