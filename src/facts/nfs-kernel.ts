/** Whether a kernel can serve and mount NFS. */
import { FactError } from './fact.ts';
import { defineFact } from './query.ts';

/** What the running kernel can do: with what is built in, is loaded, or can be loaded. */
export interface NfsKernel {
  /** Whether it can serve NFS. */
  readonly server: boolean;
  /** Whether it can mount NFSv4. */
  readonly client: boolean;
  /** Whether the modules of the running kernel are on the disk. They are not after an upgrade, until the next reboot. */
  readonly modules: boolean;
}

export const nfsKernel = defineFact<Readonly<Record<string, never>>, NfsKernel>({
  name: 'nfs-kernel',
  script: () => `fb nfs-kernel
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
    const answer: NfsKernel = {
      server: found.includes('nfsd') || has('nfsd/nfsd'),
      client: found.includes('nfs4') || (has('nfs/nfs') && has('nfs/nfsv4')),
      modules: tree === 'yes',
    };
    return questions.map(() => answer);
  },
});
