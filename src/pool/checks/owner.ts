/** Check: the links do not belong to nova. */
import { defineCheck } from '../check-framework/define.ts';
import type { KeptOwner } from '../decisions/owner.ts';

const OTHER_OWNER = 'set pool.owner to keep, or to a uid:gid that no compute node gives to nova';

type Uid = { readonly uid: number };

export default defineCheck({
  name: 'owner',
  about:
    'Published images belong to another user than nova. Nova could remove files that it owns under running VMs.',
  on: 'pool',
  findings: {
    'nova-runs-vms': {
      severity: 'block',
      say: ({ uid }: Uid) =>
        `VMs run here as uid ${uid}, which is nova's: nova could remove base files under running VMs`,
      fix: () => `let libvirt run VMs as another user (user in /etc/libvirt/qemu.conf), or ${OTHER_OWNER}`,
    },
    'is-nova': {
      severity: 'block',
      say: ({ uid }: Uid) =>
        `links would belong to uid ${uid}, which is nova's: nova could then remove them under running VMs`,
      fix: () => OTHER_OWNER,
    },
    kept: {
      severity: 'warning',
      say: ({ reason }: { readonly reason: KeptOwner }) =>
        `${REASONS[reason]}: published images keep Glance's owner`,
      fix: () => 'nothing needs to be done: images stay readable for all; or set pool.owner',
    },
  },
  judge: ({ pool, decisions: { owner, novaRunsVms, ownerMatters } }, report) => {
    const onBackend = report(pool.nodes.backend.host.name);
    return [
      ...novaRunsVms.map(({ host, users }) =>
        report(host.name)('nova-runs-vms', { uid: users.nova?.uid ?? 0 }),
      ),
      ...(owner.novaUid === null ? [] : [onBackend('is-nova', { uid: owner.novaUid })]),
      ...(owner.kept === null || !ownerMatters ? [] : [onBackend('kept', { reason: owner.kept })]),
    ];
  },
});

const REASONS: Readonly<Record<KeptOwner, string>> = {
  'nodes-unread': 'not every compute node was read',
  'no-node': 'no compute node tells which user runs QEMU',
  'no-hypervisor': 'a compute node has no user libvirt-qemu or qemu',
  'hypervisors-differ': 'the user that runs QEMU has different uids on the compute nodes',
};
