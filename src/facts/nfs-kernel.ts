import { FactError } from './fact.ts';
import { defineFact } from './query.ts';

/** Whether the running kernel can serve NFS, and mount NFSv4: built in, loaded, or there to be loaded. */
export interface KernelNfs {
  readonly server: boolean;
  readonly client: boolean;
  /** Whether the running kernel's modules are on the disk; false after an upgrade that awaits its reboot. */
  readonly modules: boolean;
}

/** The kernel's side of NFS. */
export const kernelNfs = defineFact<Readonly<Record<string, never>>, KernelNfs>({
  name: 'kernel-nfs',
  script: () => `fb kernel-nfs
read -r release </proc/sys/kernel/osrelease
locked=0 tree=no
read -r locked </proc/sys/kernel/modules_disabled
cd "/lib/modules/$release" && tree=yes
printf '%s\\n' "$tree" "$locked"
while read -r _ second; do
  case $second in nfs4 | nfsd) printf '%s\\n' "$second" ;; esac
done </proc/filesystems
if [ $tree = yes ]; then
  grep -ohsE 'fs/(nfs/nfs|nfs/nfsv4|nfsd/nfsd)\\.ko' modules.dep modules.builtin
fi`,
  parse: ([frame], questions) => {
    if (frame === undefined) throw new FactError('no answer about the kernel');
    const [tree, locked, ...found] = frame.body.split('\n');
    const loadable = locked !== '1';
    const has = (module: string) => loadable && found.includes(`fs/${module}.ko`);
    const answer: KernelNfs = {
      server: found.includes('nfsd') || has('nfsd/nfsd'),
      client: found.includes('nfs4') || (has('nfs/nfs') && has('nfs/nfsv4')),
      modules: tree === 'yes',
    };
    return questions.map(() => answer);
  },
});
