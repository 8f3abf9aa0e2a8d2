/** Check: the export line of a departing node can be withdrawn. */
import { OWN_EXPORTS_FILE } from '../../../formats/nfs-paths.ts';
import { defineCheck } from '../../check-framework/define.ts';

export default defineCheck({
  name: 'export-line',
  about: 'It is certain which export line belongs to a node that leaves the pool.',
  on: 'departing',
  findings: {
    unknown: {
      severity: 'warning',
      say: () => 'its export line on the backend is not known for certain, so it stays',
      fix: () => `remove the line from ${OWN_EXPORTS_FILE} yourself, and run: exportfs -u ADDRESS:PATH`,
    },
  },
  judge: ({ node, address }, report) =>
    address === null && node.base.kind !== 'remote' ? [report('unknown')] : [],
});
