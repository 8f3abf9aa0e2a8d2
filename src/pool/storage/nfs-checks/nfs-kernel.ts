/** Check: the kernel of each host has its half of NFS. */
import { nfsKernel } from '../../../facts/nfs-kernel.ts';
import { defineCheck } from '../../check-framework/define.ts';

/** `modules`: whether there is a folder of modules for the running kernel. */
type Kernel = { readonly kernel: string; readonly modules: boolean };

const fix = ({ kernel, modules }: Kernel): string =>
  modules
    ? 'boot a kernel with NFS support (Debian: package linux-image-amd64)'
    : `there is no /lib/modules/${kernel}: reboot if the kernel was upgraded, otherwise boot one that has NFS`;

export default defineCheck({
  name: 'nfs-kernel',
  about: 'The kernel of the backend can serve NFS, and those of its clients can mount NFS version 4.',
  on: 'host',
  queries: () => ({ support: nfsKernel({}) }),
  findings: {
    'no-server': {
      severity: 'block',
      say: ({ kernel }: Kernel) => `its kernel ${kernel} cannot serve NFS (no nfsd)`,
      fix,
    },
    'no-client': {
      severity: 'block',
      say: ({ kernel }: Kernel) => `its kernel ${kernel} cannot mount NFSv4 (no nfsv4)`,
      fix,
    },
  },
  judge: ({ node: { host, os }, pool, answers: { support } }, report) => {
    const isServer = host.name === pool.inventory.backend.name;
    const fields = { kernel: os.kernel, modules: support.modules };
    if (isServer ? support.server : support.client) return [];
    return [report(isServer ? 'no-server' : 'no-client', fields)];
  },
});
