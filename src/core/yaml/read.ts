/** Decodes the bytes of YAML files. */
import type { Diagnostic } from '../diagnostic.ts';
import { err, ok } from '../result.ts';
import type { Result } from '../result.ts';
import { createSource, diagnose } from './source.ts';

/** Larger files are not read. */
export const MAX_FILE_BYTES = 16 * 1024 * 1024;

/** The bytes of a file as text. The error: the file is not UTF-8, or has control characters. */
export function decodeText(file: string, bytes: Uint8Array): Result<string, Diagnostic> {
  const nul = bytes.indexOf(0);
  const fail = (text: string, offset: number, message: string, hint?: string) =>
    err(diagnose(createSource(file, text), offset, { message, hint }));
  if (nul >= 0) {
    return fail('', 0, `not a text file: it has a NUL byte at ${nul}`, 'save the file as UTF-8 text');
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
