/** Masks data: every text in it, except the fields that a list of own words names. */
import type { Json } from '../json.ts';
import { MASK } from './mask-lines.ts';
import type { MaskText } from './mask.ts';
import { holdsSecret, isPathOfSecret, isSecretOption } from './secret-names.ts';

/**
 * The fields of some data that have words of fastboot's own or names of the inventory, so never a secret. `true` means the
 * field with everything in it, `*` means any key. Lists have no level of their own.
 */
export type OwnWords<T> = Json extends T
  ? Fields
  : T extends readonly (infer Item)[]
    ? OwnWords<Item>
    : T extends object
      ? string extends keyof T
        ? Fields
        : { readonly [Key in keyof T]?: true | OwnWords<T[Key]> }
      : never;

/** The same shape for data whose type says nothing about its fields. */
type Fields = { readonly [key: string]: true | Fields | undefined };

/**
 * The same data with every text in it masked, except fields that have their own mask. A value under the name of a secret is masked
 * completely, and so is the word after `--password` in a list. Keys are never masked.
 */
export function maskData<T>(value: T, mask: MaskText, own?: OwnWords<T>): T {
  return walk(value, mask, own ?? {}, undefined) as T;
}

/** @param secret the name above this value that holds a secret */
function walk(value: unknown, mask: MaskText, fields: Fields, secret: string | undefined): unknown {
  if (typeof value === 'string' || (typeof value === 'number' && secret !== undefined)) {
    const text = mask(String(value));
    return secret === undefined || isPathOfSecret(secret, text) || text === '' ? text : MASK;
  }
  if (Array.isArray(value))
    return value.map((item: unknown, index) => {
      const before: unknown = value[index - 1];
      const option = typeof before === 'string' && isSecretOption(before) ? before : undefined;
      return walk(item, mask, fields, secret ?? option);
    });
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const field = Object.hasOwn(fields, key) ? fields[key] : fields['*'];
      if (field === true) return [key, item];
      return [key, walk(item, mask, field ?? {}, secret ?? (holdsSecret(key) ? key : undefined))];
    }),
  );
}
