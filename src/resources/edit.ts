import { createHash } from 'node:crypto';
import { createTwoFilesPatch, diffArrays } from 'diff';
import type { Json, JsonObject } from '../core/json.ts';
import { content } from '../facts/content.ts';
import { path } from '../facts/path.ts';
import type { Query } from '../facts/fact.ts';
import { predict } from '../facts/state.ts';
import type { State } from '../facts/state.ts';
import { encodeBytes } from '../shell/bytes.ts';
import { quote } from '../shell/quote.ts';
import type { Delta, Gap } from './resource.ts';

/**
 * Editing files that fastboot shares with others: only its own lines are sent and shown, because the rest may hold
 * other people's secrets (nova.conf does) and must stay as it is, byte for byte.
 */

/** One replacement of lines; `at` counts from 1 in the file as it was, before any edit. */
export type LineEdit = JsonObject & {
  readonly at: number;
  readonly remove: number;
  readonly insert: readonly string[];
};

/** SHA-256 in hex of a text as it is on the host. */
export function textSum(text: string): string {
  return createHash('sha256').update(encodeBytes(text)).digest('hex');
}

/** The lines of a text, each with its newline; the last one may lack it. */
export function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** What has to be replaced in `before` to get `after`. */
export function lineEdits(before: string, after: string): readonly LineEdit[] {
  const edits: { at: number; remove: number; insert: string[] }[] = [];
  let at = 1;
  for (const part of diffArrays([...linesOf(before)], [...linesOf(after)])) {
    const last = edits.at(-1);
    const open = last !== undefined && last.at + last.remove === at ? last : undefined;
    if (part.added) {
      if (open) open.insert.push(...part.value);
      else edits.push({ at, remove: 0, insert: part.value });
    } else if (part.removed) {
      if (open) open.remove += part.value.length;
      else edits.push({ at, remove: part.value.length, insert: [] });
      at += part.value.length;
    } else at += part.value.length;
  }
  return edits;
}

/** What `editGap` needs to have read. */
export function editQueries(file: string): readonly Query[] {
  return [path({ path: file }), content({ path: file })];
}

/** Who a file that does not exist yet shall belong to. */
export interface NewFile {
  readonly mode: string;
  /** `uid:gid` or names. */
  readonly owner: string;
}

/**
 * The gap between a shared file and the same file after `edit`. A file that cannot be edited safely (a symbolic link, a
 * folder, no text) is a blocked change.
 *
 * @param edit pure; gets the text, empty where there is no file yet
 */
export function editGap(file: string, state: State, reason: string, newFile: NewFile, edit: (text: string) => string): Gap | undefined {
  const there = state.read(path({ path: file }));
  const text = state.read(content({ path: file }));
  if (there.kind !== 'absent' && (there.kind !== 'file' || text === null)) return notEditable(file, there.kind);
  const before = text ?? '';
  const after = edit(before);
  if (after === before) return undefined;
  return {
    action: there.kind === 'absent' ? 'create' : 'update',
    before: there.kind === 'absent' ? null : { sum: textSum(before) },
    after: { sum: textSum(after), edits: lineEdits(before, after) },
    reason,
    risk: 'none',
    diff: textDiff(file, there.kind === 'absent' ? null : before, after, 0),
    predicted: [
      predict(content({ path: file }), after),
      ...(there.kind === 'absent' ? [predict(path({ path: file }), predictedFile(newFile))] : []),
    ],
  };
}

/** The sh that makes an `editGap`'s change. */
export function editScript(file: string, delta: Delta, newFile: NewFile): string {
  const { edits } = delta.after as { edits: readonly LineEdit[] };
  const target = quote(file);
  if (delta.before === null) {
    const text = edits.flatMap((edit) => edit.insert).join('');
    return `same ${target} absent
mkdir -p ${quote(file.slice(0, file.lastIndexOf('/')) || '/')}
printf %s ${quote(text)} | put ${target} ${newFile.mode} ${quote(newFile.owner)}`;
  }
  const { sum } = delta.before as { sum: string };
  return `same ${target} ${sum}
keep ${target}
edited() {
${pieces(target, edits).join('\n')}
}
edited | put ${target} "$(stat -c %a ${target})" "$(stat -c %u:%g ${target})"`;
}

/** Commands that print the file with its edits made: kept lines by head and tail, which pass any byte through. */
function pieces(target: string, edits: readonly LineEdit[]): readonly string[] {
  const commands: string[] = [];
  let next = 1;
  for (const { at, remove, insert } of edits) {
    if (at > next) commands.push(`tail -n +${next} ${target} | head -n ${at - next}`);
    if (insert.length > 0) commands.push(`printf %s ${quote(insert.join(''))}`);
    next = at + remove;
  }
  return [...commands, `tail -n +${next} ${target}`];
}

/** A unified diff; `context` is 0 for shared files, whose other lines are nobody's business here. */
export function textDiff(file: string, before: string | null, after: string, context: number): string {
  const patch = createTwoFilesPatch(before === null ? '/dev/null' : file, file, before ?? '', after, undefined, undefined, { context });
  return patch.replace(/^=+\n/, '');
}

function predictedFile({ mode, owner }: NewFile): {
  kind: 'file';
  mode: string;
  uid: number;
  gid: number;
  owner: string;
  group: string;
  size: number;
} {
  const [user = 'root', group = 'root'] = owner.split(':');
  return { kind: 'file', mode, uid: 0, gid: 0, owner: user, group, size: 0 };
}

function notEditable(file: string, kind: string): Gap {
  const what = kind === 'file' ? 'holds NUL bytes or more than 1 MiB' : kind === 'link' ? 'is a symbolic link' : 'is not a regular file';
  const before: Json = { kind };
  return {
    action: 'blocked',
    before,
    after: null,
    reason: `${file} ${what}: it cannot be edited safely`,
    risk: 'blocked',
    remedy: `make ${file} a plain text file, then run again`,
    predicted: [],
  };
}
