/** Check: the names on hold are known. */
import { LINK_SYNC_CONFIG_FILE } from '../../core/host-paths.ts';
import { defineCheck } from '../check-framework/define.ts';

export default defineCheck({
  name: 'link-sync-config',
  about:
    'The configuration of link-sync can be read, or every compute node was read: one of them must tell the names on hold.',
  on: 'pool',
  findings: {
    damaged: {
      severity: 'block',
      say: () =>
        `${LINK_SYNC_CONFIG_FILE} is damaged, so the base names on hold are lost, and not every compute node was read`,
      fix: () => 'run once with all compute nodes reachable and without --limit, or restore the file',
    },
  },
  judge: ({ pool, decisions: { isConfigDamaged, isComplete } }, report) =>
    isConfigDamaged && !isComplete ? [report(pool.nodes.backend.host.name)('damaged')] : [],
});
