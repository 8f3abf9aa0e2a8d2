/** Check: a departing node has room for the base files that are copied back. */
import { gib } from '../../core/sentence-parts.ts';
import { defineCheck } from '../check-framework/define.ts';

/** Room for the first writes of VMs, beside the copies. */
const SPARE_BYTES = 64 * 1024 ** 2;
const KIB = 1024;

type Room = { readonly size: number; readonly folder: string };

export default defineCheck({
  name: 'copy-back-space',
  about: 'On a node that leaves the pool, there is room for the base files that are copied back.',
  on: 'departing',
  findings: {
    'no-room': {
      severity: 'block',
      say: ({ size, folder }: Room) =>
        `${gib(size)} GiB of base files must be copied back, and ${folder} has too little space`,
      fix: ({ folder }: Room) =>
        `make room there (df -h ${folder} shows what is free), or migrate VMs to other nodes, then run again`,
    },
  },
  judge: ({ node, needs, place }, report) => {
    const copies = (needs?.bases ?? []).filter(({ decision }) => decision.kind === 'copy');
    const size = copies.reduce((sum, base) => sum + base.size, 0);
    if (size === 0 || place === undefined) return [];
    const isEnough = place.space !== null && size + SPARE_BYTES <= place.space.free * KIB;
    return isEnough ? [] : [report('no-room', { size, folder: node.instances.host })];
  },
});
