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

/** Why a file cannot be edited as wanted, and the way out. */
export interface EditProblem {
  readonly problem: string;
  readonly remedy: string;
}

/** Gets the text of a file, empty where there is none yet, and gives the text that it should have. Pure. */
export type Edit = (text: string) => string | EditProblem;

/** SHA-256 in hex of a text as it is on the host. */
export function textSum(text: string): string {
  return createHash('sha256').update(encodeBytes(text)).digest('hex');
}

/**
 * What has to be replaced in `before` to get `after`. Where the last line of `before` gets the newline that it lacks,
 * the edit inserts that newline alone, so that it does not carry another's line.
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

/** What `editDrift` needs to have read. */
export function editQueries(file: string): readonly Query[] {
  return [path({ path: file }), content({ path: file })];
}

/** What a shared file is made with where it may be made. */
const NEW_FILE = { owner: 'root', group: 'root', mode: '0644' };

/**
 * The drift between a shared file and the same file after `edit`, at most one. A file that cannot be edited safely (a
 * symbolic link, a folder, no text) is a blocked change; so is a missing one, unless it may be created.
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
    return [unsafe(there, `${file} is larger than 1 MiB or no text`, `edit ${file} by hand`)];
  }
  const after = edit(text);
  if (typeof after !== 'string') return [unsafe(there, after.problem, after.remedy)];
  if (after === text) return [];
  if (there.kind === 'absent' && !create) {
    return [unsafe(there, `${file} does not exist`, `install what brings ${file}, or set "create: true"`)];
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

/** The sh that refuses unless the file is still as the edit found it. */
export function unchangedScript(file: string, { before }: Pick<ChangeSpec, 'before'>): string {
  return `require_unchanged ${quote(file)} ${before === null ? 'absent' : (before as { readonly sum: string }).sum}`;
}

/** The sh that closes an `editDrift`. */
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

/** Commands that print the file with its edits made: kept lines by head and tail, which pass any byte through. */
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

/** A unified diff without context: the file's other lines are nobody's business here. */
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
