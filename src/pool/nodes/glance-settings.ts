import { GLANCE_IMAGES_FOLDER } from '../../core/host-paths.ts';
import type { Glance } from '../../facts/glance.ts';
import type { OsloUnit } from '../../facts/oslo-service.ts';
import { effectiveValue, readingOrder } from '../../formats/oslo-config.ts';
import type { ConfigPlaces } from '../../formats/oslo-config.ts';

/** Which systemd unit is glance-api's. */
export type GlanceService =
  | { readonly kind: 'unit'; readonly unit: OsloUnit }
  /** `glance.service: none`: nothing is to be stopped or started. */
  | { readonly kind: 'none' }
  | { readonly kind: 'missing'; readonly finding: string; readonly remedy: string };

/** Where glance-api keeps its images, or why the pool cannot be that place. */
export type GlanceStore =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'unfit'; readonly finding: string; readonly remedy: string };

const AUTO_UNITS = ['glance-api.service', 'openstack-glance-api.service'];

/** The units that may be meant by the setting `glance.service`. */
export function glanceUnits(service: string): readonly string[] {
  if (service === 'auto') return AUTO_UNITS;
  if (service === 'none') return [];
  return [service.endsWith('.service') ? service : `${service}.service`];
}

const NONE_HINT =
  'set glance.service: none, then fastboot mounts the store while you have glance-api stopped, and leaves it to you';

/** The unit that the setting names, or finds. */
export function findGlanceService(service: string, glance: Glance): GlanceService {
  if (service === 'none') return { kind: 'none' };
  if (glance.kolla) {
    return {
      kind: 'missing',
      finding:
        'glance-api runs in a container of kolla, whose store is bound into it before fastboot could mount it',
      remedy:
        "take this host out of the group glance, mount the backend's images folder by kolla's own means (glance_file_datadir_volume), and leave that mount to it",
    };
  }
  const loaded = glance.units.find(({ load }) => load === 'loaded');
  if (loaded !== undefined) return { kind: 'unit', unit: loaded };
  const masked = glance.units.find(({ load }) => load === 'masked');
  if (masked !== undefined) {
    return {
      kind: 'missing',
      finding: `${masked.name} is masked`,
      remedy: `systemctl unmask ${masked.name}, or ${NONE_HINT}`,
    };
  }
  const [web] = glance.web;
  return {
    kind: 'missing',
    finding: `there is no ${glanceUnits(service).join(' or ')}${web === undefined ? '' : `; a web server seems to run it (${web})`}`,
    remedy: `install glance-api, name its unit in glance.service, or ${NONE_HINT}`,
  };
}

const PLACES: ConfigPlaces = {
  files: [
    '/usr/share/glance/glance-api-dist.conf',
    '/etc/glance/glance-image-import.conf',
    '/etc/glance/glance.conf',
    '/etc/glance/glance-api.conf',
  ],
  folders: ['/etc/glance/glance.conf.d', '/etc/glance/glance-api.conf.d'],
};

const OUT = 'take this host out of the group glance';

/** The folder of the store that new images go to, by glance-api's effective configuration. */
export function glanceStore(setting: string, glance: Glance, unit: OsloUnit | undefined): GlanceStore {
  const configured = configuredStore(glance, unit);
  if (setting === 'auto' || configured.kind === 'unfit') return configured;
  if (configured.path === setting) return configured;
  return {
    kind: 'unfit',
    finding: `glance-api keeps its images in ${configured.path}, not in ${setting}: what is mounted there would not be used`,
    remedy: `set glance.store: ${configured.path} for this host, or leave it out`,
  };
}

function configuredStore(glance: Glance, unit: OsloUnit | undefined): GlanceStore {
  const files = configFiles(glance, unit);
  const value = (section: string, name: string) => effectiveValue(files, [[section, name]])?.value.trim();
  const { section, type } = defaultStore(value);
  if (type !== 'file' && type !== 'filesystem') {
    return {
      kind: 'unfit',
      finding: `glance-api keeps new images in a store of the type ${type}: the pool never sees them`,
      remedy: `make a store of the type file the default one, or ${OUT}`,
    };
  }
  const several = value(section, 'filesystem_store_datadirs');
  if (several !== undefined && several !== '') {
    return {
      kind: 'unfit',
      finding: `glance-api keeps its images in several folders ([${section}] filesystem_store_datadirs): the pool is one folder`,
      remedy: `give it one folder (filesystem_store_datadir), or ${OUT}`,
    };
  }
  const path = value(section, 'filesystem_store_datadir') ?? GLANCE_IMAGES_FOLDER;
  const plain = path.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
  if (!/^\/(?!.*\/\.{1,2}(\/|$))[^$\n]+$/.test(plain)) {
    return {
      kind: 'unfit',
      finding: `[${section}] filesystem_store_datadir is ${path}, which is no plain path`,
      remedy: `write the path itself, or ${OUT}`,
    };
  }
  return { kind: 'folder', path: plain };
}

/** With several back ends the default one's section has its settings, else `[glance_store]`. */
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

/** The files in the order in which glance-api reads them, by the command line that it has, or would get from its unit. */
function configFiles(glance: Glance, unit: OsloUnit | undefined) {
  const present = glance.files.map(({ path }) => path);
  const words = glance.running ?? commandWords(unit?.command ?? []);
  const byPath = new Map(glance.files.map((file) => [file.path, file]));
  const { files } = readingOrder(words, present, PLACES);
  return files.map((path) => byPath.get(path) ?? { path, lines: [] });
}

/** Debian's unit starts an init script, which passes this file (fact 17); its own code is not run to ask it. */
function commandWords(command: readonly string[]): readonly string[] {
  return command[0]?.startsWith('/etc/init.d/') === true
    ? ['--config-file=/etc/glance/glance-api.conf']
    : command;
}
