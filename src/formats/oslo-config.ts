/**
 * Configuration files of OpenStack services, as oslo.config reads them: `=` or `:`, values in quotes, lines that continue
 * a value, several files of which the last one counts. `ini.ts` edits such files.
 */

/** One configuration file of an OpenStack service, with only the options that fastboot has to know. */
export interface ConfigFile {
  readonly path: string;
  /** Section headers, the wanted options and their continuation lines, as they are in the file. */
  readonly lines: readonly string[];
}

/** Values of one file by section and option, in the order of the file. */
export type IniValues = ReadonlyMap<string, readonly string[]>;

/** An option by its section and name; of several, older names of the same option come later. */
export type OptionName = readonly [section: string, name: string];

const keyOf = (section: string, name: string): string =>
  `${section === 'DEFAULT' ? section : section.toLowerCase()} ${name}`;

/** Reads lines as oslo.config's iniparser does: `=` or `:`, values in quotes, lines that continue a value. */
export function parseIni(lines: readonly string[]): IniValues {
  const values = new Map<string, string[]>();
  let section = '';
  let open: string[] | undefined;
  for (const raw of lines) {
    const line = raw.trimEnd();
    const last = (open?.length ?? 0) - 1;
    if (line === '') open = undefined;
    else if (/^[ \t]/.test(line)) {
      if (open !== undefined) open[last] = `${open[last] ?? ''}\n${line.trimStart()}`;
    } else if (line.startsWith('[')) {
      open = undefined;
      if (line.endsWith(']')) section = line.slice(1, -1);
    } else if (/^[#;]/.test(line)) open = undefined;
    else {
      const [, name = '', value = ''] = /^([^=:]*)[=:](.*)$/.exec(line) ?? [];
      const key = keyOf(section, name.trim());
      open = values.get(key) ?? [];
      values.set(key, open);
      open.push(unquoted(value.trim()));
    }
  }
  return values;
}

function unquoted(value: string): string {
  return value.length > 1 && /^["']/.test(value) && value.endsWith(value.charAt(0))
    ? value.slice(1, -1)
    : value;
}

/** The value that counts within one file: the newest name that is there, and of that the last one. */
export function valueInFile(file: ConfigFile, names: readonly OptionName[]): string | undefined {
  const values = parseIni(file.lines);
  return names
    .map(([section, name]) => values.get(keyOf(section, name))?.at(-1))
    .find((value) => value !== undefined);
}

/** The value that counts: that of the file that is read last and sets the option. */
export function effectiveValue(
  files: readonly ConfigFile[],
  names: readonly OptionName[],
): { readonly value: string; readonly file: string } | undefined {
  for (const file of [...files].reverse()) {
    const value = valueInFile(file, names);
    if (value !== undefined) return { value, file: file.path };
  }
  return undefined;
}

/** Whether oslo.config reads a boolean option's text as false. */
export function isFalse(value: string): boolean {
  return ['false', '0', 'off', 'no'].includes(value.trim().toLowerCase());
}

/** Where a service looks for its configuration when its command line does not say. */
export interface ConfigPlaces {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/** nova-compute as Debian, Ubuntu and RDO package it. */
export const NOVA_PLACES: ConfigPlaces = {
  files: ['/usr/share/nova/nova-dist.conf', '/etc/nova/nova.conf', '/etc/nova/nova-compute.conf'],
  folders: ['/etc/nova/nova.conf.d', '/etc/nova/nova-compute.conf.d'],
};

/** glance-api as Debian, Ubuntu and RDO package it. */
export const GLANCE_PLACES: ConfigPlaces = {
  files: [
    '/usr/share/glance/glance-api-dist.conf',
    '/etc/glance/glance-image-import.conf',
    '/etc/glance/glance.conf',
    '/etc/glance/glance-api.conf',
  ],
  folders: ['/etc/glance/glance.conf.d', '/etc/glance/glance-api.conf.d'],
};

/** All files that may be there, some as patterns with `*`. */
export function configPatterns({ files, folders }: ConfigPlaces): readonly string[] {
  return [...files, ...folders.map((folder) => `${folder}/*.conf`)];
}

/**
 * The order in which a service reads its files (docs/facts.md#fact-17; oslo.config, `_parse_config_files`): the default
 * files unless `--config-file` is given, the default folders unless `--config-dir` is, then what the command line names.
 *
 * @param words of the service's command line
 * @param present the files that exist
 * @returns the files that are read, and where a drop-in of fastboot is read after them
 */
export function readingOrder(
  words: readonly string[],
  present: readonly string[],
  places: ConfigPlaces,
): { readonly dropIn: string; readonly files: readonly string[] } {
  const named = parseWords(words);
  const folders = named.filter(({ option }) => option === '--config-dir').map(({ path }) => path);
  const dropIn = `${folders.at(-1) ?? places.folders[0] ?? ''}/fastboot.conf`;
  const known = [...new Set([...present, dropIn])];
  const inFolder = (folder: string) => known.filter((path) => isConfigIn(path, folder)).sort(byCodePoint);
  const defaultFiles = named.some(({ option }) => option === '--config-file') ? [] : places.files;
  const defaultFolders = folders.length > 0 ? [] : places.folders;
  const files = [
    ...defaultFiles,
    ...defaultFolders.flatMap(inFolder),
    ...named.flatMap(({ option, path }) => (option === '--config-dir' ? inFolder(path) : [path])),
  ];
  return { dropIn, files: files.filter((path) => known.includes(path)) };
}

function parseWords(words: readonly string[]): readonly { readonly option: string; readonly path: string }[] {
  return words.flatMap((word, index) => {
    const [, option = word, value] = /^(--config-(?:file|dir))=(.*)$/.exec(word) ?? [];
    if (option !== '--config-file' && option !== '--config-dir') return [];
    const path = value ?? words[index + 1];
    return path === undefined ? [] : [{ option, path: path.replace(/(.)\/+$/, '$1') }];
  });
}

/** Python's glob of `FOLDER/*.conf`: no hidden files. */
function isConfigIn(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`) && /^[^./][^/]*\.conf$/.test(path.slice(folder.length + 1));
}

function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
