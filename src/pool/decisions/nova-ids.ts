/** Decides which uid and gid of nova the pool works with. The pool's files carry numbers, not names, so all nodes must agree. */
import type { Ids } from '../../facts/nova-users.ts';

/** A compute node's user nova, as far as the decision needs it. */
export interface NovaNode {
  readonly host: string;
  readonly nova: Ids | null;
  /** Whether the pool is mounted there already. */
  readonly isMember: boolean;
}

/** Nova's uid and gid on a host. */
export interface HostIds {
  readonly host: string;
  readonly uid: number;
  readonly gid: number;
}

/** Which ids the pool works with, and which nodes have other ids. */
export interface NovaIds {
  /** The pool's group; null where no node has a user nova. */
  readonly gid: number | null;
  /** Nodes that cannot take part. */
  readonly blocked: ReadonlyMap<string, NovaIdProblem>;
  /** No pool exists yet and the nodes have different ids, so the whole run is refused. */
  readonly isRefused: boolean;
  /** Every node that has a user nova. */
  readonly known: readonly HostIds[];
}

export type NovaIdProblem =
  /** No pool exists yet, and the nodes have different ids. */
  | { readonly kind: 'no-agreement'; readonly own: HostIds }
  /** The gid is the pool's, but the nodes of the pool have different uids. */
  | { readonly kind: 'uids-differ' }
  /** `pool`: `uid:gid` or `gid N`. */
  | { readonly kind: 'other-ids'; readonly own: HostIds; readonly pool: string };

/** `uid:gid`. */
export function idPair({ uid, gid }: Pick<Ids, 'uid' | 'gid'>): string {
  return `${uid}:${gid}`;
}

/**
 * A pool that exists has its gid pinned. Its uid is that of the nodes that have it mounted, or else of all nodes that were
 * read and have its gid. Pure.
 *
 * @param pinnedGid the gid of the pool that exists; null where there is none
 */
export function decideNovaIds(nodes: readonly NovaNode[], pinnedGid: number | null): NovaIds {
  const known = nodes.flatMap(({ host, nova, isMember }) =>
    nova === null ? [] : [{ host, uid: nova.uid, gid: nova.gid, isMember }],
  );
  const fitting = known.filter(({ gid }) => pinnedGid === null || gid === pinnedGid);
  const members = fitting.filter(({ isMember }) => isMember);
  const reference = commonIds(members.length > 0 ? members : fitting);
  const gid = pinnedGid ?? reference?.gid ?? null;
  const isRefused = pinnedGid === null && known.length > 0 && reference === undefined;
  const pool = reference === undefined ? `gid ${gid ?? 'unknown'}` : idPair(reference);
  const problemOf = (own: HostIds): NovaIdProblem =>
    isRefused
      ? { kind: 'no-agreement', own }
      : reference === undefined && own.gid === gid
        ? { kind: 'uids-differ' }
        : { kind: 'other-ids', own, pool };
  const others = known.filter((own) => isRefused || own.gid !== gid || own.uid !== reference?.uid);
  return {
    gid,
    isRefused,
    blocked: new Map(others.map((own) => [own.host, problemOf(own)])),
    known,
  };
}

function commonIds(all: readonly HostIds[]): HostIds | undefined {
  const [first, ...rest] = all;
  return first !== undefined && rest.every((ids) => idPair(ids) === idPair(first)) ? first : undefined;
}
