/**
 * Edits of files that fastboot shares with others. Only fastboot's own lines are sent and shown. The others may hold
 * secrets, as in nova.conf, and stay as they are, byte for byte.
 */
import { parentOf } from '../core/path.ts';
import { createHash } from 'node:crypto';
import { diffArrays } from 'diff';
import type { JsonObject } from '../core/json.ts';
import { content } from '../facts/content.ts';
import type { Query } from '../facts/fact.ts';
import { path } from '../facts/path.ts';
import type { PathState } from '../facts/path.ts';
import { predict } from '../facts/state.ts';
import type { State } from '../facts/state.ts';
import { linesOf } from '../formats/lines.ts';
import { encodeBytes } from '../core/bytes.ts';
import { quote } from '../shell/quote.ts';
import { predictPath, wrongKindDrift } from './attributes.ts';
import { blockedDrift } from './resource.ts';
import type { ChangeSpec, Drift } from './resource.ts';

/** One replacement of lines. `at` is a line number, from 1, in the file before any edit. */
export type LineEdit = JsonObject & {
  readonly at: number;
  readonly remove: number;
  readonly insert: readonly string[];
};

/** Why a file cannot be edited, and what to do. */
export interface EditProblem {
  readonly problem: string;
  readonly remedy: string;
}

/** Takes the text of a file, which is empty where there is no file, and gives the text that it should have. Pure. */
export type Edit = (text: string) => string | EditProblem;

/** The SHA-256 of a text, in hexadecimal, as sha256sum on the host gives it. */
export function textSum(text: string): string {
  return createHash('sha256').update(encodeBytes(text)).digest('hex');
}

/**
 * What has to be replaced in `before` to get `after`. Where the last line of `before` has no newline and gets one, only
 * the newline is inserted, so that the edit does not contain a line of somebody else.
 */
export function lineEdits(before: string, after: string): readonly LineEdit[] {
  const unended = before !== '' && !before.endsWith('\n') && (after === '' || after.endsWith('\n'));
  if (!unended) return arrayEdits(linesOf(before), linesOf(after));
  const lines = linesOf(`${before}\n`);
  const edits = arrayEdits(lines, linesOf(after));
  const last = edits.at(-1);
  if (last === undefined || last.at + last.remove <= lines.length) {
    return [...edits, { at: lines.length + 1, remove: 0, insert: ['\n'] }];
  }
  if (last.remove > 0) return edits;
  return [...edits.slice(0, -1), { ...last, insert: ['\n', ...last.insert] }];
}

function arrayEdits(before: readonly string[], after: readonly string[]): readonly LineEdit[] {
  const edits: { at: number; remove: number; insert: string[] }[] = [];
  let at = 1;
  for (const part of diffArrays([...before], [...after])) {
    if (!part.added && !part.removed) {
      at += part.value.length;
      continue;
    }
    let last = edits.at(-1);
    if (last === undefined || last.at + last.remove !== at) {
      last = { at, remove: 0, insert: [] };
      edits.push(last);
    }
    if (part.added) last.insert.push(...part.value);
    else {
      last.remove += part.value.length;
      at += part.value.length;
    }
  }
  return edits;
}

/** What must be read for `editDrift`. */
export function editQueries(file: string): readonly Query[] {
  return [path({ path: file }), content({ path: file })];
}

/** The attributes of a file that is created. */
const NEW_FILE = { owner: 'root', group: 'root', mode: '0644' };

/**
 * The drift between a file and the same file after `edit`; at most one. It is blocked for a file that cannot be edited
 * safely (a symbolic link, a folder, not a text), and for a missing file, unless `create` is true.
 */
export function editDrift(
  file: string,
  state: State,
  reason: string,
  create: boolean,
  edit: Edit,
): readonly Drift[] {
  const there = state.read(path({ path: file }));
  if (there.kind !== 'absent' && there.kind !== 'file') return [wrongKindDrift(file, there, 'a file')];
  const text = there.kind === 'absent' ? '' : state.read(content({ path: file }));
  if (text === null || text.includes('\0')) {
    return [
      unsafe(
        there,
        `${file} is larger than 1 MiB or is not a text file`,
        `edit ${file} yourself, then run again`,
      ),
    ];
  }
  const after = edit(text);
  if (typeof after !== 'string') return [unsafe(there, after.problem, after.remedy)];
  if (after === text) return [];
  if (there.kind === 'absent' && !create) {
    return [
      unsafe(
        there,
        `${file} does not exist`,
        `install the package that contains ${file}, or set create: true`,
      ),
    ];
  }
  const edits = lineEdits(text, after);
  return [
    {
      action: there.kind === 'absent' ? 'create' : 'update',
      before: there.kind === 'absent' ? null : { sum: textSum(text) },
      after: { sum: textSum(after), edits },
      reason,
      risk: 'none',
      diff: editDiff(file, there.kind === 'file', linesOf(text), edits),
      predicted: [
        predict(content({ path: file }), after),
        ...(there.kind === 'absent' ? [predictPath(file, 'file', NEW_FILE, after.length)] : []),
      ],
    },
  ];
}

function unsafe(there: PathState, reason: string, remedy: string): Drift {
  return blockedDrift({ kind: there.kind }, reason, remedy);
}

/** The shell that refuses unless the file is still as it was when the plan was made. */
export function unchangedScript(file: string, { before }: Pick<ChangeSpec, 'before'>): string {
  return `require_unchanged ${quote(file)} ${before === null ? 'absent' : (before as { readonly sum: string }).sum}`;
}

/** The shell that corrects an `editDrift`. */
export function editScript(file: string, change: Pick<ChangeSpec, 'before' | 'after'>): string {
  const { edits, sum } = change.after as { readonly edits: readonly LineEdit[]; readonly sum: string };
  const target = quote(file);
  if (change.before === null) {
    const text = edits.flatMap((edit) => edit.insert).join('');
    return `${unchangedScript(file, change)}
mkdir -p ${quote(parentOf(file))}
printf %s ${quote(text)} | write_atomic ${target} ${NEW_FILE.mode} ${NEW_FILE.owner}:${NEW_FILE.group} ${sum}`;
  }
  return `${unchangedScript(file, change)}
backup_once ${target}
{
${pieces(target, edits).join('\n')}
} | write_atomic ${target} "$(stat -c %a ${target})" "$(stat -c %u:%g ${target})" ${sum}`;
}

/** Commands that print the edited file. Lines that stay come from head and tail, which pass every byte through. */
function pieces(target: string, edits: readonly LineEdit[]): readonly string[] {
  const commands: string[] = [];
  let next = 1;
  for (const { at, remove, insert } of edits) {
    if (at > next) commands.push(keptLines(target, next, at - next));
    if (insert.length > 0) commands.push(`printf %s ${quote(insert.join(''))}`);
    next = at + remove;
  }
  return [...commands, `tail -n +${next} ${target}`];
}

function keptLines(target: string, first: number, count: number): string {
  return first === 1 ? `head -n ${count} ${target}` : `tail -n +${first} ${target} | head -n ${count}`;
}

/** A unified diff without context: it must not show lines of others. */
function editDiff(
  file: string,
  exists: boolean,
  lines: readonly string[],
  edits: readonly LineEdit[],
): string {
  let shift = 0;
  const hunks = edits.map(({ at, remove, insert }) => {
    const added = insert.filter((line) => line !== '\n' || insert.length === 1);
    const range = (start: number, count: number) => `${count === 0 ? start - 1 : start},${count}`;
    const head = `@@ -${range(at, remove)} +${range(at + shift, added.length)} @@\n`;
    shift += added.length - remove;
    const signed = (sign: string, text: readonly string[]) =>
      text.map((line) => `${sign}${line.replace(/\n?$/, '\n')}`);
    return [head, ...signed('-', lines.slice(at - 1, at - 1 + remove)), ...signed('+', added)].join('');
  });
  return `--- ${exists ? file : '/dev/null'}\n+++ ${file}\n${hunks.join('')}`;
}
