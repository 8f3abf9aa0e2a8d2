/** Works out where glance-api keeps its images, from Glance's own files in the order in which it reads them. */
import { GLANCE_IMAGES_FOLDER } from '../../core/host-paths.ts';
import type { Glance } from '../../facts/glance.ts';
import type { OsloUnit } from '../../facts/oslo-service.ts';
import { effectiveValue, GLANCE_PLACES, readingOrder } from '../../formats/oslo-config.ts';

/** Where glance-api keeps its images, or why the pool cannot be mounted there. */
export type GlanceStore =
  | { readonly kind: 'folder'; readonly path: string }
  /** New images go to a store that is not a folder of files. */
  | { readonly kind: 'other-type'; readonly type: string }
  /** The store has several folders. */
  | { readonly kind: 'several-folders'; readonly section: string }
  /** The configured path contains variables, `..` or line breaks. */
  | { readonly kind: 'unusable-path'; readonly section: string; readonly path: string }
  /** The setting `glance.store` names another folder than glance-api uses. */
  | { readonly kind: 'other-folder'; readonly path: string; readonly setting: string };

/** The folder of the store that new images go to, by glance-api's effective configuration. */
export function glanceStore(setting: string, glance: Glance, unit: OsloUnit | undefined): GlanceStore {
  const configured = configuredStore(glance, unit);
  if (setting === 'auto' || configured.kind !== 'folder' || configured.path === setting) return configured;
  return { kind: 'other-folder', path: configured.path, setting };
}

function configuredStore(glance: Glance, unit: OsloUnit | undefined): GlanceStore {
  const files = configFiles(glance, unit);
  const value = (section: string, name: string) => effectiveValue(files, [[section, name]])?.value.trim();
  const { section, type } = defaultStore(value);
  if (type !== 'file' && type !== 'filesystem') return { kind: 'other-type', type };
  const several = value(section, 'filesystem_store_datadirs');
  if (several !== undefined && several !== '') return { kind: 'several-folders', section };
  const path = value(section, 'filesystem_store_datadir') ?? GLANCE_IMAGES_FOLDER;
  const plain = path.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
  return /^\/(?!.*\/\.{1,2}(\/|$))[^$\n]+$/.test(plain)
    ? { kind: 'folder', path: plain }
    : { kind: 'unusable-path', section, path };
}

/** The section with the settings of the store for new images: that of the default back end where there are several. */
function defaultStore(value: (section: string, name: string) => string | undefined): {
  readonly section: string;
  readonly type: string;
} {
  const backends = (value('DEFAULT', 'enabled_backends') ?? '')
    .split(/[\s,]+/)
    .filter((word) => word !== '')
    .map((word) => word.split(':'));
  const [first] = backends;
  if (first === undefined)
    return { section: 'glance_store', type: value('glance_store', 'default_store') ?? 'file' };
  const name = value('glance_store', 'default_backend') ?? first[0] ?? '';
  const type = backends.find(([id]) => id === name)?.[1] ?? 'unknown';
  return { section: name, type };
}

/** The files in the order in which glance-api reads them: by the command line of the process, or else of its unit. */
function configFiles(glance: Glance, unit: OsloUnit | undefined) {
  const present = glance.files.map(({ path }) => path);
  const words = glance.running ?? commandWords(unit?.command ?? []);
  const byPath = new Map(glance.files.map((file) => [file.path, file]));
  const { files } = readingOrder(words, present, GLANCE_PLACES);
  return files.map((path) => byPath.get(path) ?? { path, lines: [] });
}

/** Debian's unit starts an init script that passes this file (docs/facts.md#fact-17). The script is not run to ask it. */
function commandWords(command: readonly string[]): readonly string[] {
  return command[0]?.startsWith('/etc/init.d/') === true
    ? ['--config-file=/etc/glance/glance-api.conf']
    : command;
}
