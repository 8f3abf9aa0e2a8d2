import type { Ids } from '../../facts/nova-users.ts';

/** Who shall own the linked images, and what has to be said about it. */
export interface Owner {
  /** `uid:gid`, or `keep`: Glance's. */
  readonly owner: string;
  /** Why it is `keep` although the setting is `auto`. */
  readonly notice: string | null;
  /** Why it would be dangerous: links that nova owns are not protected from it (fact 4). */
  readonly error: string | null;
}

export interface OwnerInput {
  /** `pool.owner`. */
  readonly setting: string;
  /** The owner in link-sync's present configuration. */
  readonly pinned: string | null;
  /** The hypervisor's user on each compute node that takes part. */
  readonly hypervisors: readonly (Ids | null)[];
  /** Whether every compute node of the inventory was read. */
  readonly complete: boolean;
  readonly novaUids: readonly number[];
}

/** `auto` is resolved once, to the hypervisor's user; from then on the configuration's answer counts. */
export function decideOwner(input: OwnerInput): Owner {
  const { owner, notice } =
    input.setting === 'auto' ? resolveAuto(input) : { owner: input.setting, notice: null };
  const uid = Number(owner.split(':')[0]);
  const error = input.novaUids.includes(uid)
    ? `links would belong to uid ${uid}, which is nova's: nova could then remove them under running VMs`
    : null;
  return { owner, notice, error };
}

function resolveAuto({ pinned, hypervisors, complete }: OwnerInput): {
  owner: string;
  notice: string | null;
} {
  if (pinned !== null && /^\d+:\d+$/.test(pinned)) return { owner: pinned, notice: null };
  const keep = (why: string) => ({ owner: 'keep', notice: `${why}: linked images keep Glance's owner` });
  if (pinned === 'keep' && !complete) return keep('not every compute node was read');
  const [first] = hypervisors;
  if (first === undefined) return keep('no compute node tells who the hypervisor is');
  if (first === null || hypervisors.includes(null))
    return keep('a compute node has no user libvirt-qemu or qemu');
  if (hypervisors.some((ids) => ids?.uid !== first.uid))
    return keep("the hypervisor's uid differs between compute nodes");
  const gid = hypervisors.every((ids) => ids?.gid === first.gid) ? first.gid : 0;
  return { owner: `${first.uid}:${gid}`, notice: null };
}
