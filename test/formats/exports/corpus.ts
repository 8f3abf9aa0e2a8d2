/** Exports files in all forms of exports(5), made from a seed, and what exportfs makes of them. */
import fc from 'fast-check';

/** One export as exportfs put it into its table; `flags` are the options that `flagsOf` knows. */
export type TableRow = readonly [path: string, client: string, flags: string];

/** A file, and the table that exportfs made of it. */
export interface RecordedFile {
  readonly text: string;
  readonly table: readonly TableRow[];
}

/** Below this folder are all that the files export. */
export const ROOT = '/srv';

/** Folders by their name on the disk. */
export const FOLDERS = ['a', 'b', 'c/d', 'with blank', 'with#hash', 'quo"te', 'back\\slash', 'grün'];

const OPTIONS = [
  'rw',
  'ro',
  'sync',
  'async',
  'secure',
  'insecure',
  'root_squash',
  'no_root_squash',
  'all_squash',
  'no_all_squash',
  'anonuid=7',
  'anonuid=8',
  'no_subtree_check',
];

const CLIENTS = [
  '10.0.0.1',
  '10.0.0.0/8',
  '10.1.0.0/255.255.0.0',
  'fd00::1',
  'FD00::2',
  'fd00::/64',
  '[fd00::3]',
  '@netgroup',
  '*.example.com',
  'c?.example.com',
  'c[12].example.com',
];

const octal = (byte: number): string => `\\${byte.toString(8).padStart(3, '0')}`;
const allOctal = (text: string): string => [...Buffer.from(text)].map(octal).join('');
const someOctal = (text: string): string => text.replace(/[\s"\\#]/g, allOctal);

/** Ways to write a path. A quote cannot stand in quotes, and is always escaped. */
const spellings: readonly ((path: string) => string)[] = [
  someOctal,
  (path) => `"${path.replace(/["\\]/g, allOctal)}"`,
  (path) => `${someOctal(path.slice(0, 4))}"${path.slice(4).replace(/["\\]/g, allOctal)}"`,
  (path) => `/${allOctal(path.slice(1))}`,
  (path) => `${someOctal(path)}/`,
  (path) => `${someOctal(path.replaceAll('/', '//'))}//`,
  (path) => someOctal(path.replaceAll('/', '/./')),
];

const path = fc
  .tuple(fc.constantFrom(...FOLDERS), fc.constantFrom(...spellings))
  .map(([name, spell]) => spell(`${ROOT}/${name}`));

const options = fc
  .array(fc.constantFrom(...OPTIONS), { maxLength: 4 })
  .chain((list) => fc.constantFrom(list.join(','), `${list.join(',')}${list.length > 0 ? ',' : ''}`));

const entry = fc
  .tuple(fc.constantFrom(...CLIENTS, '*', ''), fc.option(options))
  .chain(([client, own]) =>
    own === null
      ? fc.constant(client === '' ? '*' : client)
      : fc.constantFrom(`${client}(${own})`, `"${client}"(${own})`, `${client}("${own}")`),
  );

const defaults = options.map((list) => `-${list}`);

/** Clients with defaults between them; with `open` the last word is defaults, which are then for everyone. */
const words = fc
  .record({
    entries: fc.array(fc.tuple(fc.option(defaults, { freq: 3 }), entry), { minLength: 1, maxLength: 4 }),
    open: fc.option(defaults, { freq: 4 }),
  })
  .map(({ entries, open }) => {
    const all = entries.flatMap(([before, client]) => (before === null ? [client] : [before, client]));
    const forAll = all.some((word) => /^("?\*?"?)(\(|$)/.test(word));
    return open === null || forAll ? all : [...all, open];
  });

const separator = fc.constantFrom(' ', '\t', '  ', ' \\\n', ' \\\n\t  ');

const line = fc
  .record({
    indent: fc.constantFrom('', '  '),
    path,
    words: fc.oneof({ weight: 9, arbitrary: words }, { weight: 1, arbitrary: fc.constant<string[]>([]) }),
    separators: fc.array(separator, { minLength: 9, maxLength: 9 }),
    end: fc.constantFrom('', '', ' # a comment 10.9.9.9(rw)', ' #\\', '\r', ' \\\n'),
  })
  .map(
    ({ indent, path: written, words: all, separators, end }) =>
      indent + written + all.map((word, index) => (separators[index] ?? ' ') + word).join('') + end,
  );

const file = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: line },
      { weight: 1, arbitrary: fc.constantFrom('', '# comment', '  # /srv/b *(rw) \\', '\t') },
    ),
    { minLength: 1, maxLength: 6 },
  )
  .chain((lines) => fc.constantFrom(`${lines.join('\n')}\n`, lines.join('\n')));

/** The same files for the same seed. */
export function makeFiles(count: number, seed: number): readonly string[] {
  return fc.sample(file, { numRuns: count, seed });
}

/** What options mean: each flag as the last word about it says, from exportfs's defaults. */
export function flagsOf(all: readonly string[]): string {
  const flags = {
    access: 'ro',
    sync: 'sync',
    port: 'secure',
    root: 'root_squash',
    all: '',
    anonuid: '65534',
  };
  for (const option of all) {
    if (option === 'ro' || option === 'rw') flags.access = option;
    if (option === 'sync' || option === 'async') flags.sync = option;
    if (option === 'secure' || option === 'insecure') flags.port = option;
    if (option === 'root_squash' || option === 'no_root_squash') flags.root = option;
    if (option === 'all_squash') flags.all = option;
    if (option === 'no_all_squash') flags.all = '';
    if (option.startsWith('anonuid=')) flags.anonuid = option.slice('anonuid='.length);
  }
  return Object.values(flags).join(' ').trim();
}

/** Rows in an order that does not matter. Of several for one folder and client exportfs takes the first. */
export function comparable(rows: readonly TableRow[]): readonly TableRow[] {
  const first = new Map<string, TableRow>();
  for (const row of rows) {
    const key = `${row[0]} ${row[1].toLowerCase()}`;
    if (!first.has(key)) first.set(key, row);
  }
  return [...first.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
