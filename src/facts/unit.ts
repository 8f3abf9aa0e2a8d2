/** systemd units as the running manager sees them. */
import { SYSTEMD_RUNNING_FOLDER } from '../core/host-paths.ts';
import { isTemplate, parseUnitRecords } from '../formats/systemd.ts';
import { quoteAll } from '../shell/quote.ts';
import { FactError } from './fact.ts';
import { defineFact } from './query.ts';
import type { Patch, State } from './state.ts';

/** A systemd unit as the running manager sees it. */
export interface UnitState {
  /** `loaded`, `not-found`, `masked`, …; `template` for `x@.service`; `no-systemd` where systemd does not run. */
  readonly load: string;
  /** `active`, `inactive`, `failed`, `activating`, … */
  readonly active: string;
  readonly sub: string;
  /** UnitFileState: `enabled`, `disabled`, `static`, `generated`, …; empty where there is no unit file. */
  readonly enabled: string;
  /** Whether its files have changed since systemd read them. */
  readonly needDaemonReload: boolean;
}

const PROPERTIES = 'LoadState,ActiveState,SubState,UnitFileState,NeedDaemonReload';

/** All units are asked for at once. Of a template systemd knows nothing, so it is not asked. */
export const unit = defineFact<{ readonly name: string }, UnitState>({
  name: 'unit',
  script: (questions) => {
    const names = questions.map((question) => question.name).filter((name) => !isTemplate(name));
    return names.length === 0
      ? ''
      : `if [ -d ${SYSTEMD_RUNNING_FOLDER} ]; then
  fb unit
  systemctl show --no-pager -p ${PROPERTIES} -- ${quoteAll(names)}
fi`;
  },
  parse: ([frame], questions) => {
    const asked = questions.filter(({ name }) => !isTemplate(name));
    const records = frame === undefined ? [] : parseUnitRecords(frame.body);
    if (frame !== undefined && records.length !== asked.length) {
      throw new FactError(`systemctl show: expected ${asked.length} units, got ${records.length}`);
    }
    return questions.map((question) => {
      if (isTemplate(question.name)) return { ...NONE, load: 'template' };
      const record = records[asked.indexOf(question)];
      return record === undefined ? NONE : toState(record);
    });
  },
});

const NONE: UnitState = {
  load: 'no-systemd',
  active: 'inactive',
  sub: 'dead',
  enabled: '',
  needDaemonReload: false,
};

function toState(property: (name: string) => string): UnitState {
  return {
    load: property('LoadState'),
    active: property('ActiveState'),
    sub: property('SubState'),
    enabled: property('UnitFileState'),
    needDaemonReload: property('NeedDaemonReload') === 'yes',
  };
}

/** What `systemctl daemon-reload` changes about all units that were read: none needs a reload any more. */
export function reloadedUnits(state: State): readonly Patch[] {
  return [...state.entries].flatMap(([key, value]) => {
    if (!key.startsWith(`${unit.fact.name} `) || !(value as UnitState).needDaemonReload) return [];
    return [{ key, value: { ...(value as UnitState), needDaemonReload: false } }];
  });
}
