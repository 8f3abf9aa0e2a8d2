/** Decides who owns the images that are published. */
import type { Ids } from '../../facts/nova-users.ts';

/** Who owns published images. */
export interface OwnerDecision {
  /** `uid:gid`, or `keep`: they stay Glance's. */
  readonly owner: string;
  /** Why it is `keep` although the setting is `auto`. */
  readonly kept: KeptOwner | null;
  /** The uid, where it is also nova's on some node: nova could remove links that it owns (docs/facts.md#fact-4). */
  readonly novaUid: number | null;
}

export type KeptOwner = 'nodes-unread' | 'no-node' | 'no-hypervisor' | 'hypervisors-differ';

export interface OwnerInput {
  /** `pool.owner`. */
  readonly setting: string;
  /** The owner in link-sync's present configuration; null where there is none. */
  readonly pinned: string | null;
  /** The user that runs QEMU on each compute node that takes part; null where a node has none. */
  readonly hypervisors: readonly (Ids | null)[];
  /** Whether every compute node of the inventory was read. */
  readonly complete: boolean;
  readonly novaUids: readonly number[];
}

/** `auto` is resolved once, to the user that runs QEMU. From then on the configuration of link-sync counts. Pure. */
export function decideOwner(input: OwnerInput): OwnerDecision {
  const { owner, kept } =
    input.setting === 'auto' ? resolveAuto(input) : { owner: input.setting, kept: null };
  const uid = Number(owner.split(':')[0]);
  return { owner, kept, novaUid: input.novaUids.includes(uid) ? uid : null };
}

function resolveAuto({ pinned, hypervisors, complete }: OwnerInput): Pick<OwnerDecision, 'owner' | 'kept'> {
  if (pinned !== null && /^\d+:\d+$/.test(pinned)) return { owner: pinned, kept: null };
  const keep = (kept: KeptOwner) => ({ owner: 'keep', kept });
  if (pinned === 'keep' && !complete) return keep('nodes-unread');
  const [first] = hypervisors;
  if (first === undefined) return keep('no-node');
  if (first === null || hypervisors.includes(null)) return keep('no-hypervisor');
  if (hypervisors.some((ids) => ids?.uid !== first.uid)) return keep('hypervisors-differ');
  const gid = hypervisors.every((ids) => ids?.gid === first.gid) ? first.gid : 0;
  return { owner: `${first.uid}:${gid}`, kept: null };
}
