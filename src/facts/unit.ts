import { SYSTEMD_RUNNING_FOLDER, UNIT_FILES_FOLDER } from '../core/host-paths.ts';
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

/** All units in one `systemctl show`, which prints them in the order of its arguments, with blank lines between. */
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
    const records = frame?.body.trim().split(/\n\n+/) ?? [];
    if (frame !== undefined && records.length !== asked.length) {
      throw new FactError(`systemctl told of ${records.length} units instead of ${asked.length}`);
    }
    return questions.map((question) => {
      if (isTemplate(question.name)) return { ...NONE, load: 'template' };
      const record = records[asked.indexOf(question)];
      return record === undefined ? NONE : parseRecord(record);
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

function parseRecord(record: string): UnitState {
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(record)?.[1] ?? '';
  return {
    load: value('LoadState'),
    active: value('ActiveState'),
    sub: value('SubState'),
    enabled: value('UnitFileState'),
    needDaemonReload: value('NeedDaemonReload') === 'yes',
  };
}

const SUFFIX = 'service|socket|target|timer|mount|automount|path|slice|scope|swap|device';

/** The full name of a unit: `nova-compute` means `nova-compute.service`. */
export function unitName(name: string): string {
  return new RegExp(`\\.(${SUFFIX})$`).test(name) ? name : `${name}.service`;
}

/** The template that an instance is made from: `x@.service` of `x@1.service`; undefined for any other name. */
export function templateOf(name: string): string | undefined {
  const match = /^([^@]+@).+(\.[a-z]+)$/.exec(name);
  return match === null ? undefined : `${match[1] ?? ''}${match[2] ?? ''}`;
}

/** Systemd knows nothing of a template itself: its instances tell. */
function isTemplate(name: string): boolean {
  return /@\.[a-z]+$/.test(name);
}

/** The unit that a file in /etc/systemd/system or a drop-in folder below it belongs to. */
export function unitOfFile(file: string): string | undefined {
  const pattern = new RegExp(`^${UNIT_FILES_FOLDER}/([^/]+\\.(?:${SUFFIX}))(?:\\.d/[^/]+\\.conf)?$`);
  return pattern.exec(file)?.[1];
}

/** What `systemctl daemon-reload` does to all units that were read: systemd knows their files again. */
export function reloadedUnits(state: State): readonly Patch[] {
  return [...state.entries].flatMap(([key, value]) => {
    if (!key.startsWith(`${unit.fact.name} `) || !(value as UnitState).needDaemonReload) return [];
    return [{ key, value: { ...(value as UnitState), needDaemonReload: false } }];
  });
}
