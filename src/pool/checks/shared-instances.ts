/** Check: a compute node has its instances on its own disks. */
import { defineCheck } from '../check-framework/define.ts';

type Folder = { readonly folder: string };

export default defineCheck({
  name: 'shared-instances',
  about:
    'Each compute node has its folder of instances on its own disks. Nodes that share it also share _base.',
  on: 'compute',
  findings: {
    'network-mount': {
      severity: 'block',
      say: ({ folder }: Folder) =>
        `${folder} is on a network mount: nodes that share it have one _base together, and a pool mounted there would hide it from all of them`,
      fix: ({ folder }: Folder) =>
        `nothing was read or touched there; put ${folder} on the node's own disks, or take this host out of the group compute`,
    },
  },
  judge: ({ node: { base, instances } }, report) =>
    base.kind === 'remote' ? [report('network-mount', { folder: instances.host })] : [],
});
