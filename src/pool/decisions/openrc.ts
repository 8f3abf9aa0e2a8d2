/** Decides which file link-sync gets its Glance credentials from. */
import { OPENRC_CANDIDATES } from '../nodes/backend.ts';
import type { Backend } from '../nodes/node.ts';

/** A file with credentials that others than root may read or own. link-sync refuses such a file. */
export interface OpenFile {
  readonly file: string;
  readonly uid: number;
  /** Permission bits in octal. */
  readonly mode: string;
}

export interface OpenrcDecision {
  /** The file for link-sync's configuration; null where Glance is not asked. */
  readonly file: string | null;
  /** Whether that file is there and only root can read it. */
  readonly isUsable: boolean;
  readonly open: readonly OpenFile[];
}

/**
 * Takes the file that the setting names, or the first usable one of the usual places. Pure.
 *
 * @param setting `auto`, a path, or null for never asking Glance
 */
export function decideOpenrc(backend: Backend, setting: string | null): OpenrcDecision {
  const files = setting === null ? [] : setting === 'auto' ? OPENRC_CANDIDATES : [setting];
  const found = files.flatMap((file): readonly OpenFile[] => {
    const state = backend.openrc(file);
    return state.kind === 'file' ? [{ file, mode: state.mode, uid: state.uid }] : [];
  });
  const usable = found.find((each) => !isOpen(each));
  return {
    file: setting === 'auto' ? (usable?.file ?? null) : setting,
    isUsable: usable !== undefined,
    open: usable === undefined ? found : [],
  };
}

function isOpen({ mode, uid }: OpenFile): boolean {
  return uid !== 0 || (parseInt(mode, 8) & 0o077) !== 0;
}
