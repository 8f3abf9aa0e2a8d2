/** Whether SELinux lets VMs read from NFS: its boolean `virt_use_nfs`; null where there is no such boolean. */
import { defineFact } from './query.ts';

export const mayVmsReadNfs = defineFact<Readonly<Record<string, never>>, boolean | null>({
  name: 'nfs-selinux',
  script: () => `value=
read -r value _ </sys/fs/selinux/booleans/virt_use_nfs
fb nfs-selinux "$value"`,
  parse: ([frame], questions) => {
    const value = frame?.head[1];
    const answer = value === '0' || value === '1' ? value === '1' : null;
    return questions.map(() => answer);
  },
});
