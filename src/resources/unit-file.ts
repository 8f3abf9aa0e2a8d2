/** What a change of a file means for the systemd unit that it belongs to. */
import { predict } from '../facts/state.ts';
import type { Patch, State } from '../facts/state.ts';
import { unit } from '../facts/unit.ts';
import { unitOfFile } from '../formats/systemd.ts';
import type { Query } from '../facts/fact.ts';

/** What must be read before a file is changed that systemd may have read. */
export function unitFileQueries(file: string): readonly Query[] {
  const name = unitOfFile(file);
  return name === undefined ? [] : [unit({ name })];
}

/** After a change of its file or drop-in, systemd must read the unit again. */
export function changedUnitFile(file: string, state: State): readonly Patch[] {
  const name = unitOfFile(file);
  if (name === undefined) return [];
  const before = state.read(unit({ name }));
  if (before.load === 'no-systemd') return [];
  const isNew = before.load === 'not-found' && file.endsWith(name);
  const after = isNew ? { ...before, load: 'loaded', enabled: 'disabled' } : before;
  return [predict(unit({ name }), { ...after, needDaemonReload: true })];
}
