import type { Diagnostic } from '../diagnostic.ts';
import { err, ok } from '../result.ts';
import type { Result } from '../result.ts';
import { createSource, diagnose } from './source.ts';

export const maxFileBytes = 16 * 1024 * 1024;

/** Bytes of a file as text: UTF-8, with or without a byte order mark, without control characters. */
export function decodeText(file: string, bytes: Uint8Array): Result<string, Diagnostic> {
  const nul = bytes.indexOf(0);
  const fail = (text: string, offset: number, message: string, hint?: string) =>
    err(diagnose(createSource(file, text), offset, { message, hint }));
  if (nul >= 0) {
    return fail('', 0, `not a text file: it holds a NUL byte at ${nul}`, 'save the file as UTF-8 text');
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const lossy = new TextDecoder('utf-8').decode(bytes);
    return fail(
      lossy,
      Math.max(0, lossy.indexOf('\uFFFD')),
      'not UTF-8 from here on',
      'save the file as UTF-8 text',
    );
  }
  const control = /[\u0001-\u0008\u000B\u000C\u000E-\u001F\u007F]/.exec(text);
  if (control !== null) {
    const code = control[0].charCodeAt(0).toString(16).padStart(2, '0');
    return fail(
      text,
      control.index,
      `a control character (0x${code}), which YAML does not allow`,
      'remove it',
    );
  }
  return ok(text);
}
