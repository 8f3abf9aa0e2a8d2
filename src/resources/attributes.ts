/** Owner, group and mode of files and folders: what several resource types have in common. */
import type { JsonObject } from '../core/json.ts';
import { path } from '../facts/path.ts';
import type { PathState, PresentPath } from '../facts/path.ts';
import { predict } from '../facts/state.ts';
import type { Patch } from '../facts/state.ts';
import { quote } from '../shell/quote.ts';
import { blockedDrift } from './resource.ts';
import type { ChangeSpec, Drift } from './resource.ts';

/** Attributes of a file or folder. What is not given stays as it is. */
export interface Attributes {
  /** A name or a number. */
  readonly owner?: string | number;
  readonly group?: string | number;
  readonly mode?: string;
}

/** All attributes: owners as text, the mode as four octal digits. */
export type FullAttributes = Readonly<Record<keyof Attributes, string>>;

export const attributeSchema: JsonObject = {
  owner: { $ref: '#/$defs/account' },
  group: { $ref: '#/$defs/account' },
  mode: { $ref: '#/$defs/mode' },
};

/** The attributes that a path should have: those that are given, else those of `fallback`. */
export function wantedAttributes(params: Attributes, fallback: FullAttributes): FullAttributes {
  return {
    owner: String(params.owner ?? fallback.owner),
    group: String(params.group ?? fallback.group),
    mode: (params.mode ?? fallback.mode).padStart(4, '0'),
  };
}

/** The attributes that a path has. An owner without a name is given by its number. */
export function currentAttributes(there: PresentPath): FullAttributes {
  return {
    owner: there.owner === 'UNKNOWN' ? String(there.uid) : there.owner,
    group: there.group === 'UNKNOWN' ? String(there.gid) : there.group,
    mode: there.mode,
  };
}

/** The drift of a file or folder of which only owner, group or mode are wrong; at most one. */
export function attributeDrift(at: string, params: Attributes, there: PresentPath): readonly Drift[] {
  const wanted = wantedAttributes(params, currentAttributes(there));
  const wrong = [
    ...(isAccount(wanted.owner, there.owner, there.uid) ? [] : ['owner']),
    ...(isAccount(wanted.group, there.group, there.gid) ? [] : ['group']),
    ...(wanted.mode === there.mode ? [] : ['mode']),
  ];
  if (wrong.length === 0) return [];
  const { owner, group, mode } = there;
  return [
    {
      action: 'update',
      before: { owner, group, mode },
      after: { ...wanted },
      reason: `${wrong.join(', ')} ${wrong.length === 1 ? 'differs' : 'differ'}`,
      risk: 'none',
      predicted: [predictPath(at, there.kind, wanted, there.size)],
    },
  ];
}

/** The shell that corrects an `attributeDrift`. */
export function attributeScript(at: string, change: ChangeSpec): string {
  const before = change.before as unknown as FullAttributes;
  const after = change.after as unknown as FullAttributes;
  const target = quote(at);
  return `check_attributes ${target} ${quote(`${bare(before.mode)} ${before.owner}:${before.group}`)}
chown -h ${quote(`${after.owner}:${after.group}`)} ${target}
chmod ${after.mode} ${target}`;
}

/** What a path will be. The number of an owner that is given by name is not known before it is set; it is -1 then. */
export function predictPath(
  at: string,
  kind: PresentPath['kind'],
  wanted: FullAttributes,
  size: number,
): Patch {
  const number = (word: string) => (/^\d+$/.test(word) ? Number(word) : -1);
  return predict(path({ path: at }), {
    kind,
    ...wanted,
    uid: number(wanted.owner),
    gid: number(wanted.group),
    size,
  });
}

/** The drift where something of another kind is at the path. */
export function wrongKindDrift(at: string, there: PathState, wanted: string): Drift {
  if (there.kind === 'remote') {
    return blockedDrift(
      { kind: there.kind },
      `${at} is on a network mount, which fastboot never touches`,
      `give a path on the host's own file systems`,
    );
  }
  const is = { absent: 'missing', file: 'a file', directory: 'a folder', other: 'a special file', link: '' }[
    there.kind
  ];
  const what = there.kind === 'link' ? `a symbolic link to ${there.target ?? 'somewhere'}` : is;
  return blockedDrift(
    { kind: there.kind },
    `${at} is ${what}, but ${wanted} is needed there`,
    `move ${at} to another folder, then run again`,
  );
}

/** Whether an owner is the wanted one: a number is compared with the number, a name with the name. */
function isAccount(wanted: string, name: string, number: number): boolean {
  return /^\d+$/.test(wanted) ? Number(wanted) === number : wanted === name;
}

function bare(mode: string): string {
  return parseInt(mode, 8).toString(8);
}
