/** Check: SELinux does not keep VMs or clients from the pool. */
import { mayVmsReadNfs } from '../../../facts/nfs-selinux.ts';
import { accessControl } from '../../../facts/security.ts';
import { isCompute } from '../../../inventory/inventory.ts';
import { defineCheck } from '../../check-framework/define.ts';

export default defineCheck({
  name: 'selinux',
  about: 'Where SELinux is enforcing, VMs may read files over NFS.',
  on: 'host',
  queries: () => ({ access: accessControl({}), vmsMayRead: mayVmsReadNfs({}) }),
  findings: {
    'server-enforcing': {
      severity: 'unknown',
      say: () => 'SELinux is enforcing',
      fix: () => 'if mounts are refused, run: ausearch -m avc -ts recent; getsebool nfs_export_all_rw',
    },
    'vms-may-not-read': {
      severity: 'warning',
      say: () => 'SELinux is enforcing and virt_use_nfs is off: VMs could not read their base files',
      fix: () => 'setsebool -P virt_use_nfs on',
    },
  },
  judge: ({ node: { host }, pool, answers: { access, vmsMayRead } }, report) => {
    if (access.selinux !== 'enforcing') return [];
    if (host.name === pool.inventory.backend.name) return [report('server-enforcing')];
    return isCompute(host) && vmsMayRead !== true ? [report('vms-may-not-read')] : [];
  },
});
