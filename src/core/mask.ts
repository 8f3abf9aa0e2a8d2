import type { Json } from './json.ts';

/** What stands in place of a secret. */
export const MASK = '********';

const SECRET = /pass|pwd|secret|token|credential|fernet|api_?key|private_?key|(?:^|[_.-])key$/i;
const ABOUT_SECRETS =
  /[_-](?:files?|paths?|dirs?|expiration|lifetime|timeout|ttl|length|provider|method|type|enabled)$/i;

/** Whether an option or variable of this name holds a secret itself, rather than the path of one or its lifetime. */
export function holdsSecret(name: string): boolean {
  return SECRET.test(name) && !ABOUT_SECRETS.test(name);
}

/**
 * A text with every secret masked that its name gives away: `password = …` to the end of the line with the lines that
 * continue it, `password=…` among mount options or arguments, the password within a URL. A path is no secret.
 *
 * @param sign what each line may start with, such as the signs of a diff
 */
export function maskAssignments(text: string, sign = ''): string {
  let continues = false;
  const lines = text.split('\n').map((line) => {
    const lead = sign !== '' && sign.includes(line.charAt(0)) ? line.slice(0, 1) : '';
    const rest = line.slice(lead.length);
    if (continues && /^[ \t]+\S/.test(rest)) return `${lead}${/^\s*/.exec(rest)?.[0] ?? ''}${MASK}`;
    const assignment = ASSIGNMENT.exec(rest);
    const [, head = '', name = '', value = ''] = assignment ?? [];
    continues = assignment !== null && holdsSecret(name);
    if (continues && value !== '' && !isPath(value)) return lead + head + MASK;
    return lead + maskWithin(rest);
  });
  return lines.join('\n');
}

/** `name = value`, also as a comment, in YAML or in JSON. */
const ASSIGNMENT = /^(\s*(?:[#;-]\s*)*(?:export\s+)?["']?([\w.-]+)["']?\s*[=:]\s*)(.*?)\s*$/;
const WITHIN = /((?:^|[\s,;&?({])(?:--?)?["']?([\w.-]+)["']?(?:=|:\s*))([^\s,;&]+)/g;
const URL_PASSWORD = /((?:\/\/|,)[^\s:@/,]*:)[^\s@/]+(?=@)/g;

function maskWithin(line: string): string {
  return line
    .replace(URL_PASSWORD, `$1${MASK}`)
    .replace(WITHIN, (whole, head: string, name: string, value: string) =>
      holdsSecret(name) && !isPath(value) && !value.startsWith('//') ? head + MASK : whole,
    );
}

function isPath(value: string): boolean {
  return /^["']?\/[^/]/.test(value);
}

/** Replaces these values wherever they stand; of a value with several lines each line. */
export function maskValues(values: Iterable<string>): (text: string) => string {
  const parts = [...values].flatMap((value) => [value, ...value.split('\n').map((line) => line.trim())]);
  const sorted = [...new Set(parts)].filter((part) => part !== '').sort((a, b) => b.length - a.length);
  if (sorted.length === 0) return (text) => text;
  return (text) => sorted.reduce((masked, part) => masked.replaceAll(part, MASK), text);
}

/** What is no text of anybody's: words of fastboot's own, names of the inventory. */
const NO_TEXT = new Set([
  'type',
  'kind',
  'outcome',
  'unit',
  'signal',
  'action',
  'risk',
  'severity',
  'verdict',
  'host',
  'hosts',
]);

/** The same data with every text in it changed, but for fastboot's own words. */
export function mapTexts<T>(value: T, change: (text: string) => string): T {
  const map = (part: unknown): unknown => {
    if (typeof part === 'string') return change(part);
    if (Array.isArray(part)) return part.map(map);
    if (part === null || typeof part !== 'object') return part;
    return Object.fromEntries(
      Object.entries(part).map(([key, item]) => [key, NO_TEXT.has(key) ? item : map(item)]),
    );
  };
  return map(value) as T;
}

/** The texts that stand below a name that holds a secret, anywhere in a variable's value. */
export function secretsIn(name: string, value: Json): readonly string[] {
  if (value === null || typeof value === 'boolean') return [];
  if (typeof value !== 'object') return holdsSecret(name) ? [String(value)] : [];
  const below = Object.entries(value);
  return below.flatMap(([key, item]) => secretsIn(holdsSecret(name) ? name : key, item));
}
