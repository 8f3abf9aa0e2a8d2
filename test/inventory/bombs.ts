/** Inventories that are small to write and would be large to read; each with a word of the error that must end it. */
export interface Bomb {
  readonly name: string;
  readonly text: () => string;
  readonly error: RegExp;
}

const million = 1_000_000;
const times = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, i) => make(i)).join('');
const vars = (text: string): string => `all:\n  vars:\n${text}`;

export const bombs: readonly Bomb[] = [
  {
    name: 'billion laughs',
    text: () =>
      vars(
        `    a0: &a0 [x, x, x]\n${times(40, (i) => `    a${i + 1}: &a${i + 1} [${times(9, () => `*a${i}, `)}]\n`)}`,
      ),
    error: /millions of values/,
  },
  {
    name: 'a chain of merge keys',
    text: () =>
      vars(
        `    m0: &m0 {k0: 1}\n${times(5000, (i) => `    m${i + 1}: &m${i + 1} {<<: *m${i}, k${i + 1}: 1}\n`)}`,
      ),
    error: /millions of values/,
  },
  {
    name: 'merge keys of unsafe copies',
    text: () =>
      vars(`    a0: &a0 [${'x, '.repeat(20_000)}]\n${times(5000, (i) => `    u${i}: !unsafe [*a0]\n`)}`),
    error: /millions of values/,
  },
  {
    name: 'an alias of itself',
    text: () => vars('    a: &a {b: *a}\n'),
    error: /inside of the value that it names/,
  },
  {
    name: 'aliases that nest',
    text: () => vars(`    a0: &a0 [x]\n${times(5000, (i) => `    a${i + 1}: &a${i + 1} [*a${i}]\n`)}`),
    error: /nested more than 100 levels/,
  },
  {
    name: 'a range of a billion',
    text: () => 'compute: {hosts: {"c[1:1000000000]": }}',
    error: /names 1000000000 hosts; the limit is 100000/,
  },
  {
    name: 'ranges in ranges',
    text: () => 'compute: {hosts: {"c[1:9999][1:9999][1:9999]": }}',
    error: /the limit is 100000/,
  },
  {
    name: 'one range in many groups',
    text: () => `all:\n  children:\n${times(1000, (i) => `    g${i}: {hosts: {"c[1:100000]": }}\n`)}`,
    error: /more than a million hosts/,
  },
  {
    name: 'one range below many groups',
    text: () =>
      `${times(90, (i) => `g${i}: {children: {g${i + 1}: }}\n`)}g90: {hosts: {"c[1:100000]": }}\n${times(99, (i) => `p${i}: {children: {g90: }}\n`)}`,
    error: /more than a million memberships/,
  },
  {
    name: 'groups that nest',
    text: () => times(5000, (i) => `g${i}: {children: {g${i + 1}: }}\n`),
    error: /groups are nested more than 100/,
  },
  {
    name: 'groups times groups',
    text: () =>
      `m: {children: {${times(4000, (i) => `b${i}: {hosts: {h: }}, `)}}}\n${times(4000, (i) => `a${i}: {children: {m: }}\n`)}`,
    error: /more than a million memberships/,
  },
  { name: 'brackets', text: () => `a: ${'['.repeat(8 * million)}`, error: /nested more than 100 levels/ },
  { name: 'dashes', text: () => '- '.repeat(8 * million), error: /nested more than 100 levels/ },
  {
    name: 'indentation',
    text: () => times(3000, (i) => `${' '.repeat(i)}a:\n`),
    error: /nested more than 100 levels/,
  },
  { name: 'commas', text: () => `a: [${','.repeat(8 * million)}`, error: /comma without a value/ },
  { name: 'closing brackets', text: () => `a: ${']'.repeat(4 * million)}`, error: /broken YAML/ },
  { name: 'anchors', text: () => `a: ${'&a '.repeat(4 * million)}`, error: /two anchors/ },
  { name: 'tags', text: () => `a: [${'!!x y,'.repeat(400_000)}]`, error: /too many anchors and tags/ },
  { name: 'documents', text: () => '---\n'.repeat(4 * million), error: /second YAML document/ },
  { name: 'a text without end', text: () => `a: "${'x'.repeat(15 * million)}`, error: /longer than 1 MiB/ },
  { name: 'bad escapes', text: () => `a: "${'\\q'.repeat(400_000)}"`, error: /broken YAML/ },
  { name: 'values', text: () => `a: [${'1,'.repeat(4 * million)}]`, error: /too many values/ },
  { name: 'keys twice', text: () => vars('    a: 1\n'.repeat(100_000)), error: /appears twice/ },
  {
    name: 'wrong types',
    text: () => `all:\n  hosts:\n${times(20_000, (i) => `    h${i}: {ansible_port: x}\n`)}`,
    error: /must be a port/,
  },
  { name: 'a large file', text: () => `all:\n${'# x\n'.repeat(5 * million)}`, error: /larger than 16 MiB/ },
  { name: 'a number', text: () => vars(`    a: ${'9'.repeat(500_000)}\n`), error: /4000 digits/ },
];
