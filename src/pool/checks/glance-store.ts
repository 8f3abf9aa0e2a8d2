/** Check: the pool can be mounted where glance-api keeps its images. */
import { mountAt } from '../../formats/mountinfo.ts';
import { defineCheck } from '../check-framework/define.ts';

const LEAVE = 'take this host out of the group glance';

type Section = { readonly section: string };
type Folders = { readonly used: string; readonly configured: string };
type Folder = { readonly folder: string };
type MountedFolder = { readonly folder: string; readonly source: string };

export default defineCheck({
  name: 'glance-store',
  about: "glance-api keeps new images in one folder on the host's own disks, where the pool can be mounted.",
  on: 'controller',
  findings: {
    'other-type': {
      severity: 'block',
      say: ({ type }: { readonly type: string }) =>
        `glance-api keeps new images in a store of the type ${type}: the pool never sees them`,
      fix: () => `make a store of the type file the default one, or ${LEAVE}`,
    },
    'several-folders': {
      severity: 'block',
      say: ({ section }: Section) =>
        `glance-api keeps its images in several folders ([${section}] filesystem_store_datadirs): the pool is one folder`,
      fix: () => `give it one folder (filesystem_store_datadir), or ${LEAVE}`,
    },
    'unusable-path': {
      severity: 'block',
      say: ({ section, path }: Section & { readonly path: string }) =>
        `[${section}] filesystem_store_datadir is ${path}: expected a path without variables, \`..\` or line breaks`,
      fix: () => `write the path itself, or ${LEAVE}`,
    },
    'other-folder': {
      severity: 'block',
      say: ({ used, configured }: Folders) =>
        `glance-api keeps its images in ${used}, not in ${configured}: what is mounted there would not be used`,
      fix: ({ used }: Folders) => `set glance.store: ${used} for this host, or leave it out`,
    },
    'network-mount': {
      severity: 'block',
      say: ({ folder }: Folder) => `${folder} is on a network mount`,
      fix: () => `nothing was touched; make it a folder on this host's own disks, or ${LEAVE}`,
    },
    // to unmount it by itself would leave Glance without its images
    'own-file-system': {
      severity: 'block',
      say: ({ folder, source }: MountedFolder) => `${folder} is a file system of its own (${source})`,
      fix: () =>
        `nothing was touched; (1) stop glance-api; (2) copy its files to the folder under that mount, or to the pool as user glance, under the same names; (3) remove the line of the mount from /etc/fstab; (4) unmount it; (5) run again; or ${LEAVE}`,
    },
  },
  judge: ({ node: { folder, store, mounts } }, report) => {
    const configured =
      folder.kind === 'other-type'
        ? [report('other-type', { type: folder.type })]
        : folder.kind === 'several-folders'
          ? [report('several-folders', { section: folder.section })]
          : folder.kind === 'unusable-path'
            ? [report('unusable-path', { section: folder.section, path: folder.path })]
            : folder.kind === 'other-folder'
              ? [report('other-folder', { used: folder.path, configured: folder.setting })]
              : [];
    if (store === undefined) return configured;
    if (store.kind === 'remote') return [...configured, report('network-mount', { folder: store.real })];
    const mount = mountAt(mounts, store.real);
    return store.kind !== 'folder' || mount === undefined
      ? configured
      : [...configured, report('own-file-system', { folder: store.real, source: mount.source })];
  },
});
