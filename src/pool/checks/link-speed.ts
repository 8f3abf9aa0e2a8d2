/** Check: the storage network is fast enough. */
import { defineCheck } from '../check-framework/define.ts';

/** 10 Gbit/s: what a pool needs so that many VMs can boot from it at once. */
const MIN_SPEED_MBITS = 10_000;

const REMEDY = 'put the storage network on 10 Gbit/s; set storage_address where this is the wrong network';

export default defineCheck({
  name: 'link-speed',
  about: `The network device towards the storage network has at least ${MIN_SPEED_MBITS} Mbit/s.`,
  on: 'host',
  findings: {
    unknown: {
      severity: 'unknown',
      say: ({ device }: { readonly device: string }) => `${device} does not report its speed`,
      fix: () => REMEDY,
    },
    slow: {
      severity: 'warning',
      say: ({ device, mbits }: { readonly device: string; readonly mbits: number }) =>
        `${device} towards the storage network runs at ${mbits} Mbit/s`,
      fix: () => REMEDY,
    },
  },
  judge: ({ node: { route } }, report) => {
    const { device, speed } = route;
    if (device === null || device === 'lo') return [];
    if (speed === null) return [report('unknown', { device })];
    return speed < MIN_SPEED_MBITS ? [report('slow', { device, mbits: speed })] : [];
  },
});
