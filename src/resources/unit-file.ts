import { predict } from '../facts/state.ts';
import type { Patch, State } from '../facts/state.ts';
import { unit } from '../facts/unit.ts';
import { unitOfFile } from '../formats/systemd.ts';
import type { Query } from '../facts/fact.ts';

/** What has to be read before a file is changed that systemd may have read. */
export function unitFileQueries(file: string): readonly Query[] {
  const name = unitOfFile(file);
  return name === undefined ? [] : [unit({ name })];
}

/** What a change of a unit's file or drop-in means for the unit: systemd has to read it anew. */
export function changedUnitFile(file: string, state: State): readonly Patch[] {
  const name = unitOfFile(file);
  if (name === undefined) return [];
  const before = state.read(unit({ name }));
  if (before.load === 'no-systemd') return [];
  const isNew = before.load === 'not-found' && file.endsWith(name);
  const after = isNew ? { ...before, load: 'loaded', enabled: 'disabled' } : before;
  return [predict(unit({ name }), { ...after, needDaemonReload: true })];
}
