/** Prints JSON as Python does, so that listings are the same as Ansible's. */
import { keyText } from '../core/yaml/node.ts';
import type { YamlEntry, YamlNode, YamlScalar } from '../core/yaml/node.ts';

/** What is printed: YAML nodes as they were read, in objects and lists of names. */
export type Printable =
  | { readonly kind: 'object'; readonly fields: readonly (readonly [string, Printable])[] }
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | YamlNode;

/** JSON as `ansible-inventory` prints it: sorted keys, four spaces, numbers as Python writes them. */
export function pythonJson(value: Printable): string {
  const out: string[] = [];
  print(value, '\n', out);
  return out.join('');
}

function print(value: Printable, indent: string, out: string[]): void {
  switch (value.kind) {
    case 'object':
      printFields(
        [...value.fields].sort(([a], [b]) => compare(a, b)),
        indent,
        out,
      );
      return;
    case 'map':
      printFields(sortedEntries(value.entries), indent, out);
      return;
    case 'names':
      printItems(value.names, (name) => out.push(JSON.stringify(name)), indent, out);
      return;
    case 'seq':
      printItems(value.items, (item) => print(item, `${indent}    `, out), indent, out);
      return;
    case 'scalar':
      printScalar(value, indent, out);
  }
}

function printFields(fields: readonly (readonly [string, Printable])[], indent: string, out: string[]): void {
  if (fields.length === 0) {
    out.push('{}');
    return;
  }
  const inner = `${indent}    `;
  fields.forEach(([name, field], index) => {
    out.push(index === 0 ? '{' : ',', inner, JSON.stringify(name), ': ');
    print(field, inner, out);
  });
  out.push(indent, '}');
}

function printItems<T>(
  items: readonly T[],
  printItem: (item: T) => void,
  indent: string,
  out: string[],
): void {
  if (items.length === 0) {
    out.push('[]');
    return;
  }
  items.forEach((item, index) => {
    out.push(index === 0 ? '[' : ',', `${indent}    `);
    printItem(item);
  });
  out.push(indent, ']');
}

function printScalar(scalar: YamlScalar, indent: string, out: string[]): void {
  switch (scalar.type) {
    case 'vault':
    case 'unsafe': {
      const text: Printable = { ...scalar, type: 'string', value: scalar.value };
      printFields([[`__ansible_${scalar.type}`, text]], indent, out);
      return;
    }
    case 'float':
      out.push(pythonFloat(scalar.value));
      return;
    case 'int':
      out.push(scalar.value.toString());
      return;
    default:
      out.push(JSON.stringify(scalar.value));
  }
}

function sortedEntries(entries: readonly YamlEntry[]): (readonly [string, Printable])[] {
  const numeric = entries.every(({ key }) => key.type === 'int' || key.type === 'float');
  const named = entries.map(({ key, value }) => [jsonKey(key), value] as const);
  return named.sort(([a], [b]) => (numeric ? Number(a) - Number(b) : compare(a, b)));
}

const jsonKey = (key: YamlScalar): string => (key.type === 'float' ? pythonFloat(key.value) : keyText(key));

/** Compares by code points, as Python does; JavaScript compares UTF-16 units. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  for (let i = 0; ; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x === y) continue;
    if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) ? -1 : 1;
    const surrogates = Number((x & 0xf800) === 0xd800) - Number((y & 0xf800) === 0xd800);
    return surrogates === 0 ? x - y : surrogates;
  }
}

/** Python's `repr` of a float: it always has a point or an exponent, and the exponent has two digits. */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value < 0 ? '-Infinity' : 'Infinity';
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e16 || size < 1e-4)) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
