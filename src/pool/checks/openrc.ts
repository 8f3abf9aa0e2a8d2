/** Check: link-sync can ask Glance about images. */
import { defineCheck } from '../check-framework/define.ts';
import { OPENRC_CANDIDATES } from '../nodes/backend.ts';

type File = { readonly file: string };
type OpenFile = File & { readonly uid: number; readonly mode: string };

export default defineCheck({
  name: 'openrc',
  about: 'link-sync has Glance credentials, so that Glance tells which images are complete.',
  on: 'pool',
  findings: {
    asked: {
      severity: 'notice',
      say: ({ file }: File) =>
        `new images are published once Glance calls them active: link-sync asks Glance with the credentials in ${file}`,
      fix: () => 'nothing needs to be done; link_sync.openrc: null turns it off',
    },
    'open-file': {
      severity: 'warning',
      say: ({ file, uid, mode }: OpenFile) =>
        `${file} holds Glance credentials and others may read it (${uid === 0 ? '' : `owner ${uid}, `}mode ${mode}): it is not used`,
      fix: ({ file, uid }: OpenFile) => `${uid === 0 ? '' : `chown root ${file}; `}chmod 600 ${file}`,
    },
    missing: {
      severity: 'warning',
      say: ({ file }: File) => `link_sync.openrc names ${file}, which is not a file here`,
      fix: () => 'put Glance credentials there, mode 600, or set link_sync.openrc: null',
    },
    // docs/facts.md#fact-21
    'not-asked': {
      severity: 'notice',
      say: () =>
        'link-sync does not ask Glance. A raw image that a crash cut short looks complete, so link-sync publishes it',
      fix: ({ isChosen }: { readonly isChosen: boolean }) =>
        isChosen
          ? 'nothing needs to be done if that is what you want (link_sync.openrc: null); otherwise name a file with Glance credentials there'
          : `put Glance credentials (an openrc file) into ${OPENRC_CANDIDATES[0] ?? ''} on this host, mode 600`,
    },
  },
  judge: ({ pool, decisions: { openrc } }, reportOn) => {
    const report = reportOn(pool.nodes.backend.host.name);
    const { file, isUsable, open } = openrc;
    if (isUsable) return [report('asked', { file: file ?? '' })];
    const openFiles = open.map((each) => report('open-file', { ...each }));
    if (file === null) {
      const isChosen = pool.inventory.settings.linkSync.openrc === null;
      return [...openFiles, report('not-asked', { isChosen })];
    }
    return openFiles.length > 0 ? openFiles : [report('missing', { file })];
  },
});
