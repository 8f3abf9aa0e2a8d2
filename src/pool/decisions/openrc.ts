import type { Finding } from '../../core/finding.ts';
import { reporters } from '../checks/check.ts';
import { OPENRC_CANDIDATES } from '../nodes/nodes.ts';
import type { Backend } from '../nodes/nodes.ts';

/** Which file link-sync gets Glance's credentials from (null: none), and what the plan says about it. */
export interface OpenrcDecision {
  readonly file: string | null;
  readonly checks: readonly Finding[];
}

interface Found {
  readonly file: string;
  readonly mode: string;
  readonly uid: number;
}

/** A file that others than root may read is left alone by `auto`, because link-sync refuses it. */
export function decideOpenrc(backend: Backend, setting: string | null): OpenrcDecision {
  const files = setting === null ? [] : setting === 'auto' ? OPENRC_CANDIDATES : [setting];
  const found = files.flatMap((file): readonly Found[] => {
    const state = backend.openrc(file);
    return state.kind === 'file' ? [{ file, mode: state.mode, uid: state.uid }] : [];
  });
  const good = found.find((entry) => !isOpen(entry));
  const file = setting === 'auto' ? (good?.file ?? null) : setting;
  return { file, checks: checksOf(backend.host.name, setting, file, found, good) };
}

const isOpen = ({ mode, uid }: Found): boolean => uid !== 0 || (parseInt(mode, 8) & 0o077) !== 0;

function checksOf(
  host: string,
  setting: string | null,
  file: string | null,
  found: readonly Found[],
  good: Found | undefined,
): readonly Finding[] {
  const report = reporters(host);
  if (good !== undefined) {
    const finding = `new images are linked once Glance calls them active: link-sync asks it with the credentials in ${good.file}`;
    return [
      report.notice('openrc', finding, 'nothing needs to be done; link_sync.openrc: null turns it off'),
    ];
  }
  const open = found.map(({ file: name, mode, uid }) =>
    report.warning(
      'openrc',
      `${name} holds Glance credentials and others may read it (${uid === 0 ? '' : `owner ${uid}, `}mode ${mode}): it is not used`,
      `${uid === 0 ? '' : `chown root ${name}; `}chmod 600 ${name}`,
    ),
  );
  if (file === null) return [...open, untold(host, setting)];
  return open.length > 0
    ? open
    : [
        report.warning(
          'openrc',
          `link_sync.openrc names ${file}, which is not a file here`,
          'put Glance credentials there, mode 600, or set link_sync.openrc: null',
        ),
      ];
}

/** What nobody can tell without Glance's word (fact 21). */
function untold(host: string, setting: string | null): Finding {
  const finding =
    'Glance is not asked about images: a raw image that a crash of Glance cut short cannot be told from a whole one, and is linked';
  const remedy =
    setting === null
      ? 'nothing needs to be done if that is meant (link_sync.openrc: null); else name a file with Glance credentials there'
      : `put Glance credentials (an openrc file) into ${OPENRC_CANDIDATES[0] ?? ''} on this host, mode 600`;
  return reporters(host).notice('openrc', finding, remedy);
}
