import { decodeOctal, encodeOctal } from './mountinfo.ts';
import { linesOf } from './lines.ts';
import { appendLines } from './lines.ts';

/** One client of one export, as exports(5) and nfsd's etab write it: `PATH CLIENT(OPTION,…)`. */
export interface Export {
  readonly path: string;
  readonly client: string;
  readonly options: readonly string[];
}

/** One client's place in a text: where its options stand between the parentheses. */
interface Place extends Export {
  readonly from: number;
  readonly to: number;
}

const HEADER = ['# Managed by fastboot: lines are added and mended, never removed, by "fastboot apply".'];

/** The words of an entry of exports(5): the folder, then clients and options. */
export function exportWords(entry: string): readonly string[] {
  return entry.match(/"[^"]*"\S*|\S+/g) ?? [];
}

/** The folder that an entry's first word means: quoted, or with octal escapes, and slashes at its end that do not matter. */
export function exportedPath(word: string): string {
  return decodeOctal(word.replace(/^"([^"]*)"/, '$1')).replace(/(.)\/+$/, '$1');
}

/** All exports in a text of the form of /etc/exports; a client without options has none. */
export function parseExports(text: string): readonly Place[] {
  const places: Place[] = [];
  let offset = 0;
  for (const line of linesOf(text)) {
    const match = /^\s*("[^"]*"|[^\s#]\S*)/.exec(line);
    if (match !== null && !line.trimStart().startsWith('#')) {
      const path = decodeOctal(match[0].trim().replaceAll('"', ''));
      const clients = line.slice(match[0].length).replace(/#.*/s, '');
      const start = offset + match[0].length;
      for (const found of clients.matchAll(/([^\s()]+)(?:\(([^)]*)\))?/g)) {
        const [, client = '', options = ''] = found;
        const from = start + found.index + client.length;
        const to = start + found.index + found[0].length;
        places.push({ path, client, options: options.split(',').filter((each) => each !== ''), from, to });
      }
    }
    offset += line.length;
  }
  return places;
}

/** The text with each client's line: mended where it stands, else added at the end, in order of the clients' names. */
export function withExports(text: string, path: string, clients: readonly string[], options: string): string {
  const places = parseExports(text).filter((place) => place.path === path);
  let result = text;
  for (const place of places.toReversed()) {
    if (!clients.some((client) => sameClient(client, place.client)) || sameOptions(place.options, options))
      continue;
    result = `${result.slice(0, place.from)}(${options})${result.slice(place.to)}`;
  }
  const missing = clients.filter((client) => !places.some((place) => sameClient(client, place.client)));
  if (missing.length === 0) return result;
  const added = [...new Set(missing)]
    .sort(byName)
    .map((client) => `${encodeOctal(path)} ${client}(${options})`);
  return appendLines(result, text === '' ? [...HEADER, ...added] : added);
}

/** The clients that nfsd's table does not serve this path with all of these options. */
export function unserved(
  etab: string,
  path: string,
  clients: readonly string[],
  options: string,
): readonly string[] {
  const table = parseExports(etab).filter((each) => each.path === path);
  return clients.filter(
    (client) =>
      !table.some(
        (each) =>
          sameClient(client, each.client) &&
          options.split(',').every((option) => each.options.includes(option)),
      ),
  );
}

/** The table after `exportfs -i -o OPTIONS CLIENT:PATH` for each client. */
export function withServed(etab: string, path: string, clients: readonly string[], options: string): string {
  const kept = linesOf(etab).filter((line) => {
    const [entry] = parseExports(line);
    return (
      entry === undefined ||
      entry.path !== path ||
      !clients.some((client) => sameClient(client, entry.client))
    );
  });
  return appendLines(
    kept.join(''),
    clients.map((client) => `${encodeOctal(path)}\t${client}(${options})`),
  );
}

/** Addresses by value, names without case; the table holds a name's canonical form, with its domain. */
export function sameClient(wanted: string, there: string): boolean {
  const [a, b] = [canonical(wanted), canonical(there)];
  return a === b || (/^[a-z][a-z0-9-]*$/.test(a) && b.startsWith(`${a}.`));
}

function canonical(client: string): string {
  if (!client.includes(':')) return client.toLowerCase();
  const [address = '', length] = client.split('/');
  const url = `http://[${address}]`;
  return URL.canParse(url)
    ? `${new URL(url).hostname.slice(1, -1)}${length === undefined ? '' : `/${length}`}`
    : client;
}

function sameOptions(there: readonly string[], wanted: string): boolean {
  const set = (options: readonly string[]) => [...new Set(options)].sort().join();
  return set(there) === set(wanted.split(','));
}

function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
