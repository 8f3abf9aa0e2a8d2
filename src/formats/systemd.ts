/** Names and files of systemd units: systemd.unit(5), systemd-escape(1), and what `systemctl show` prints. */
import { UNIT_FILES_FOLDER } from '../core/host-paths.ts';

const SUFFIXES = [
  'service',
  'socket',
  'target',
  'timer',
  'mount',
  'automount',
  'path',
  'slice',
  'scope',
  'swap',
  'device',
].join('|');

/** The full name of a unit: `nova-compute` means `nova-compute.service`, as for systemctl. */
export function unitName(name: string): string {
  return new RegExp(`\\.(${SUFFIXES})$`).test(name) ? name : `${name}.service`;
}

/** The template that an instance is made from: `x@.service` of `x@1.service`; undefined for any other name. */
export function templateOf(name: string): string | undefined {
  const match = /^([^@]+@).+(\.[a-z]+)$/.exec(name);
  return match === null ? undefined : `${match[1] ?? ''}${match[2] ?? ''}`;
}

/** Whether it is a template itself, of which systemd knows nothing: its instances tell. */
export function isTemplate(name: string): boolean {
  return /@\.[a-z]+$/.test(name);
}

/** The unit that a file in /etc/systemd/system belongs to, or a drop-in in a folder there; undefined for other files. */
export function unitOfFile(file: string): string | undefined {
  const pattern = new RegExp(`^${UNIT_FILES_FOLDER}/([^/]+\\.(?:${SUFFIXES}))(?:\\.d/[^/]+\\.conf)?$`);
  return pattern.exec(file)?.[1];
}

/** The name of the unit that mounts a path, as `systemd-escape --path --suffix=mount` gives it. */
export function mountUnit(path: string): string {
  const trimmed = path.replace(/\/+/g, '/').replace(/^\/|\/$/g, '');
  if (trimmed === '') return '-.mount';
  const bytes = [...Buffer.from(trimmed)].map((byte, index) => escapeByte(String.fromCharCode(byte), index));
  return `${bytes.join('')}.mount`;
}

function escapeByte(character: string, index: number): string {
  if (character === '/') return '-';
  const isPlain = /[A-Za-z0-9:_.]/.test(character) && !(character === '.' && index === 0);
  return isPlain ? character : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

/** One word of a command line in a unit file, quoted so that systemd takes it as it is (systemd.syntax(7)). */
export function unitWord(word: string): string {
  const escaped = word.replace(/["\\]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$');
  return `"${escaped}"`;
}

/**
 * What `systemctl show -p NAME,… -- UNIT…` printed: one record for each unit, in the order of the arguments. Gives for
 * each a function that finds a property by its name; a property that is not there is an empty text.
 */
export function parseUnitRecords(text: string): readonly ((property: string) => string)[] {
  return text
    .trim()
    .split(/\n\n+/)
    .map((record) => (property) => new RegExp(`^${property}=(.*)$`, 'm').exec(record)?.[1] ?? '');
}
