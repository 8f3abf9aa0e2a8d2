/** Finds the types of scalars, as PyYAML does. */
import type { ScalarValue } from './node.ts';

const NULL = /^(?:~|null|Null|NULL|)$/;
const BOOL = /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/;
const INT =
  /^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const FLOAT =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const TIMESTAMP =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(?:(Z)|([-+])(\d\d?)(?::(\d\d))?))?)?$/;
const SHORT_DATE = /^\d{4}-\d\d?-\d\d?$/;
const DATE = /^\d{4}-\d\d-\d\d$/;

/** A text that is not a value of its type. */
export class ScalarError extends Error {}

/** The value of a text without quotes, by PyYAML's resolver: YAML 1.1 with some differences. */
export function resolvePlain(text: string): ScalarValue {
  if (text === '') return { type: 'null', value: null };
  if (!/^[-+.0-9~=<yYnNtTfFoO]/.test(text)) return string(text);
  if (BOOL.test(text)) return readBool(text);
  if (FLOAT.test(text)) return readFloat(text);
  if (INT.test(text)) return readInt(text);
  if (NULL.test(text)) return { type: 'null', value: null };
  if (isTimestamp(text)) return readTimestamp(text);
  if (text === '=' || text === '<<') throw new ScalarError(`\`${text}\` alone has a special meaning in YAML`);
  return string(text);
}

/** The value of a text without quotes in a file that is JSON. Ansible reads such files with a JSON parser. */
export function resolveJson(text: string): ScalarValue {
  if (/^-?\d+$/.test(text)) return { type: 'int', value: BigInt(text) };
  if (/^-?\d/.test(text)) return { type: 'float', value: Number(text) };
  if (text === 'true' || text === 'false') return { type: 'bool', value: text === 'true' };
  return text === 'null' ? { type: 'null', value: null } : string(text);
}

/** The value of a text with a tag; undefined where Ansible does not know the tag either. */
export function resolveTagged(tag: string, text: string): ScalarValue | undefined {
  switch (tag) {
    case 'tag:yaml.org,2002:str':
      return string(text);
    case '!vault':
    case '!vault-encrypted':
      return { type: 'vault', value: text };
    case '!unsafe':
      return { type: 'unsafe', value: text };
    case 'tag:yaml.org,2002:null':
      return { type: 'null', value: null };
    case 'tag:yaml.org,2002:bool':
      return readIf(BOOL.test(text.toLowerCase()), text, readBool);
    case 'tag:yaml.org,2002:int':
      return readIf(INT.test(text) || /^[-+]?\d+$/.test(text), text, readInt);
    case 'tag:yaml.org,2002:float':
      return readIf(FLOAT.test(text) || /^[-+]?\d+(?:[eE][-+]?\d+)?$/.test(text), text, readFloat);
    case 'tag:yaml.org,2002:timestamp':
      return readIf(TIMESTAMP.test(text), text, readTimestamp);
    case 'tag:yaml.org,2002:binary':
      return { type: 'binary', value: text };
    default:
      return undefined;
  }
}

const string = (value: string): ScalarValue => ({ type: 'string', value });

function readIf(valid: boolean, text: string, read: (text: string) => ScalarValue): ScalarValue {
  if (!valid) throw new ScalarError(`\`${text.slice(0, 40)}\` is not what its tag says`);
  return read(text);
}

function readBool(text: string): ScalarValue {
  return { type: 'bool', value: ['yes', 'true', 'on'].includes(text.toLowerCase()) };
}

function readInt(text: string): ScalarValue {
  const digits = text.replaceAll('_', '').replace(/^[-+]/, '');
  const value = text.startsWith('-') ? -unsignedInt(digits) : unsignedInt(digits);
  return { type: 'int', value };
}

function unsignedInt(digits: string): bigint {
  if (/^0[bx]$/.test(digits)) throw new ScalarError(`\`${digits}\` is not a number`);
  if (digits.length > 4000) throw new ScalarError('a number with more than 4000 digits');
  if (/^0[bx]/.test(digits)) return BigInt(digits);
  if (/^0[0-7]+$/.test(digits)) return BigInt(`0o${digits}`);
  if (digits.includes(':')) return digits.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n);
  return BigInt(digits);
}

function readFloat(text: string): ScalarValue {
  const digits = text.replaceAll('_', '').replace(/^[-+]/, '').toLowerCase();
  const value = text.startsWith('-') ? -unsignedFloat(digits) : unsignedFloat(digits);
  return { type: 'float', value };
}

function unsignedFloat(digits: string): number {
  if (digits === '.inf') return Infinity;
  if (digits === '.nan') return NaN;
  return digits.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

function isTimestamp(text: string): boolean {
  return TIMESTAMP.test(text) && (!SHORT_DATE.test(text) || DATE.test(text));
}

/** A date or time as Python's `isoformat` prints it. */
function readTimestamp(text: string): ScalarValue {
  const [
    ,
    year = '',
    month = '',
    day = '',
    hour,
    minute = '',
    second = '',
    fraction,
    utc,
    sign,
    tzHour = '',
    tzMinute,
  ] = TIMESTAMP.exec(text) ?? [];
  const two = (part: string) => part.padStart(2, '0');
  const date = `${year}-${two(month)}-${two(day)}`;
  const valid = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(valid.getTime()) || valid.getUTCDate() !== Number(day) || year === '0000') {
    throw new ScalarError(`\`${text}\` looks like a date, but there is no such day`);
  }
  if (hour === undefined) return { type: 'timestamp', value: date };
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59 || Number(tzHour) > 23) {
    throw new ScalarError(`\`${text}\` looks like a time, but there is no such time`);
  }
  const micros = (fraction ?? '').slice(0, 6).padEnd(6, '0');
  const zero = Number(tzHour) === 0 && Number(tzMinute ?? 0) === 0;
  const zone =
    sign === undefined
      ? utc === undefined
        ? ''
        : '+00:00'
      : `${zero ? '+' : sign}${two(tzHour)}:${tzMinute ?? '00'}`;
  const tail = micros === '000000' ? '' : `.${micros}`;
  return { type: 'timestamp', value: `${date}T${two(hour)}:${minute}:${second}${tail}${zone}` };
}
