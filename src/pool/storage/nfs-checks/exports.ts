/** Check: nobody else exports the pool in a dangerous way. */
import { defineCheck } from '../../check-framework/define.ts';
import { namesOf } from '../nfs-clients.ts';
import { dangerousExports } from '../nfs-exports.ts';
import { nameInVersion4 } from '../nfs-identity.ts';
import { isUnmanagedExport } from '../nfs-unmanaged-exports.ts';
import { readNfs } from '../nfs-view.ts';

/** An export, and where it is written. */
type Export = {
  readonly file: string;
  readonly line: number;
  readonly path: string;
  readonly client: string;
  readonly options: string;
};
type PseudoRoot = Pick<Export, 'file' | 'line' | 'path'> & { readonly folder: string };

const describe = ({ file, line, path, client, options }: Export): string =>
  `${file}:${line} exports ${path} to ${client}(${options})`;
const fix = (): string => 'remove or narrow that line; fastboot leaves it alone';

export default defineCheck({
  name: 'exports',
  about:
    "Nobody else exports the pool to everyone or without root_squash, and NFSv4 can name the pool's folder.",
  on: 'backend',
  findings: {
    // docs/facts.md#fact-2
    'no-root-squash': {
      severity: 'warning',
      say: (it: Export) => `${describe(it)}: root on such a host can change the owner of Glance's images`,
      fix,
    },
    everyone: {
      severity: 'warning',
      say: (it: Export) => `${describe(it)}: everyone who reaches this host can mount the pool`,
      fix,
    },
    'other-root': {
      severity: 'block',
      say: ({ file, line, path, folder }: PseudoRoot) =>
        `${file}:${line} exports ${path} with fsid=0: NFSv4 then offers only what is below it, so nobody can mount ${folder}`,
      fix: () =>
        'wait until no NFSv4 client uses that export, because such mounts become stale; remove fsid=0; then run again',
    },
  },
  judge: ({ pool }, report) => {
    const { exports, cache, nodes, addresses } = readNfs(pool.nodes, pool.inventory);
    const folder = pool.inventory.settings.pool.cache;
    const names = namesOf(nodes.computes, addresses);
    const others = exports.filter((entry) => !isUnmanagedExport(entry, folder, names));
    const dangerous = dangerousExports(others, folder).map(({ file, line, path, client, options }) =>
      report(options.includes('no_root_squash') ? 'no-root-squash' : 'everyone', {
        file,
        line,
        path,
        client,
        options: options.filter((option) => option !== '').join(','),
      }),
    );
    const { pseudoRoot } = cache;
    if (pseudoRoot === null || nameInVersion4(cache) !== null) return dangerous;
    const root = exports.find(({ path }) => path === pseudoRoot);
    return [
      ...dangerous,
      report('other-root', { file: root?.file ?? '', line: root?.line ?? 0, path: pseudoRoot, folder }),
    ];
  },
});
