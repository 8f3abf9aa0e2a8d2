import type { Ids } from '../../facts/nova-users.ts';

/** A compute node's nova user, as far as the decision needs it. */
export interface NovaNode {
  readonly host: string;
  readonly nova: Ids | null;
  /** Whether the pool is mounted there already. */
  readonly member: boolean;
}

/** Which ids the pool works with, and who does not have them. */
export interface NovaIds {
  /** The pool's group; null where no node could tell. */
  readonly gid: number | null;
  /** Why a node cannot take part, by its name. */
  readonly blocked: ReadonlyMap<string, string>;
  /** No pool exists yet and the nodes disagree: the whole run is refused with this table. */
  readonly refusal: string | null;
}

const word = ({ uid, gid }: Ids): string => `${uid}:${gid}`;

/**
 * Nova's ids have to be the same wherever the pool is mounted, because NFS carries numbers. A pool that exists has
 * pinned its gid; its uid is that of the nodes that have it mounted, else of those that were read.
 */
export function decideNovaIds(nodes: readonly NovaNode[], pinnedGid: number | null): NovaIds {
  const known = nodes.flatMap(({ host, nova, member }) => (nova === null ? [] : [{ host, nova, member }]));
  const fitting = known.filter(({ nova }) => pinnedGid === null || nova.gid === pinnedGid);
  const members = fitting.filter(({ member }) => member);
  const reference = unanimous((members.length > 0 ? members : fitting).map(({ nova }) => nova));
  const gid = pinnedGid ?? reference?.gid ?? null;
  const ofPool = reference === undefined ? `gid ${gid ?? 'unknown'}` : word(reference);
  const table = idTable(known);
  const refused = pinnedGid === null && known.length > 0 && reference === undefined;
  const strangers = known.filter(
    ({ nova }) =>
      refused || nova.gid !== gid || (reference !== undefined ? nova.uid !== reference.uid : true),
  );
  return {
    gid,
    refusal: refused
      ? `nova's uid:gid differ between the compute nodes, and no pool exists yet:\n${table}`
      : null,
    blocked: new Map(
      strangers.map(({ host, nova }) => [
        host,
        reference === undefined && nova.gid === gid
          ? `nova's uid differs between the compute nodes of this pool:\n${table}`
          : refused
            ? `nova is ${word(nova)} here, and other compute nodes have other ids`
            : `nova is ${word(nova)} here, the pool's is ${ofPool}`,
      ]),
    ),
  };
}

function unanimous(all: readonly Ids[]): Ids | undefined {
  const [first, ...rest] = all;
  return first !== undefined && rest.every((ids) => word(ids) === word(first)) ? first : undefined;
}

/** Who has which, a line each. */
function idTable(nodes: readonly { readonly host: string; readonly nova: Ids }[]): string {
  const hosts = new Map<string, string[]>();
  for (const { host, nova } of nodes) hosts.set(word(nova), [...(hosts.get(word(nova)) ?? []), host]);
  return [...hosts].map(([ids, names]) => `  ${ids}  ${names.join(', ')}`).join('\n');
}
