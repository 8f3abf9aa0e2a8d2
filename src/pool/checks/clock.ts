/** Check: the clocks of all hosts agree. */
import { memoizeLast } from '../../core/memoize.ts';
import { clock } from '../../facts/clock.ts';
import { defineCheck } from '../check-framework/define.ts';
import { clockOffsets } from '../decisions/clock-offsets.ts';
import { clientsOf } from '../nodes/node.ts';
import type { PoolFacts } from '../pool-facts.ts';

const MAX_OFFSET_S = 2;

const REMEDY = 'install and start chrony on every host, with the same time servers';

export default defineCheck({
  name: 'clock',
  about: `The clock of each host is at most ${MAX_OFFSET_S} s from the median of all hosts.`,
  on: 'host',
  queries: () => ({ clock: clock({}) }),
  findings: {
    unreadable: {
      severity: 'unknown',
      say: () => 'its clock could not be read',
      fix: () => REMEDY,
    },
    skewed: {
      severity: 'warning',
      say: ({ seconds }: { readonly seconds: number }) =>
        `its clock is ${Math.abs(seconds).toFixed(1)} s ${seconds > 0 ? 'ahead of' : 'behind'} the median of all hosts`,
      fix: () => REMEDY,
    },
  },
  judge: ({ node, pool }, report) => {
    const offset = offsetsOf(pool).get(node.host.name);
    if (offset === undefined) return [report('unreadable')];
    return Math.abs(offset) > MAX_OFFSET_S ? [report('skewed', { seconds: Number(offset.toFixed(1)) })] : [];
  },
});

/** Memoized: it is the same for all hosts. */
const offsetsOf = memoizeLast((pool: PoolFacts) =>
  clockOffsets(
    [pool.nodes.backend, ...clientsOf(pool.nodes)].flatMap(({ host, read }) => {
      const arrived = pool.receivedAt.get(host.name);
      const { seconds } = read(clock({}));
      return seconds === null || arrived === undefined
        ? []
        : [{ host: host.name, seconds, receivedAt: arrived }];
    }),
  ),
);
