/** Turns the units of a host's plan into the one script that makes its changes. */
import { RUNTIME_FOLDER, UNIT_LOCK_FILE } from '../core/host-paths.ts';
import type { Query } from '../facts/fact.ts';
import { queryBody } from '../facts/query.ts';
import { resourceTypes } from '../resources/index.ts';
import { framePrelude } from '../shell/frame.ts';
import { changePrelude } from '../shell/prelude.ts';
import { quote, setVariables } from '../shell/quote.ts';
import type { Change, Unit } from './plan.ts';
import unitFunctions from './units.sh';

/** Whose run a script is of: the host's syslog and the index of backups say it. */
export interface Signature {
  readonly runId: string;
  /** `user@machine`. */
  readonly operator: string;
}

/** How long a unit waits for a unit of another run on the same host. */
const MAX_WAIT_S = 600;

/** So many changes are named in the line of the syslog. */
const MAX_NAMES_LOGGED = 10;

/** A text in the syslog is cut off here. */
const MAX_TEXT_LENGTH = 200;

/**
 * One script that makes all changes of a host and then reads the host again. Pure.
 *
 * It asks before each unit (frame `next`) and goes on when it reads `go` from its standard input. At the end of the input,
 * which comes when the run is interrupted or the connection is lost, it stops there, between two units. Frames: `next`,
 * `waiting` (for a unit of another run), `start CHANGE`, `done CHANGE`, `failed CODE`, `stopped`, `verify`, then those of
 * the facts, `end`. A change is named by its position in the script, from 0.
 *
 * @param verify what is read again at the end
 */
export function compileScript(
  units: readonly Unit[],
  verify: readonly Query[],
  { nonce, signature }: { readonly nonce: string; readonly signature: Signature },
): string {
  let position = 0;
  const parts = units.map((unit) => {
    const text = unitScript(unit, position);
    position += unit.changes.length;
    return text;
  });
  const variables = setVariables({
    run: signature.runId,
    operator: printable(signature.operator),
    lock_folder: RUNTIME_FOLDER,
    lock_file: UNIT_LOCK_FILE,
    max_wait_s: `${MAX_WAIT_S}`,
  });
  // It is one compound command, so the shell has read it whole before it reads `go` from the same standard input. Its
  // output goes through a relay that stays when nobody reads any more: a lost connection must not end a unit half-way.
  return `{
${framePrelude(nonce)}${changePrelude}${variables}${unitFunctions}
trap '' PIPE HUP
{
${parts.join('')}write_syslog
fb verify
${queryBody(verify)}exit 0
} | { cat || cat >/dev/null; } 2>/dev/null
exit 0
}
`;
}

/** The changes in the order in which the script counts them. */
export function scriptChanges(units: readonly Unit[]): readonly Change[] {
  return units.flatMap((unit) => unit.changes);
}

/** A service is stopped right before the unit's first change of a mount, and started again at the end of the unit. */
function unitScript(unit: Unit, first: number): string {
  const { changes, settles, stopDuring } = unit;
  const firstIo = changes.findIndex((change) => change.risk === 'io');
  const steps = changes.map((change, index) => {
    const stop = stopDuring !== null && index === firstIo ? `stop_service ${quote(stopDuring)}\n` : '';
    return `fb start ${first + index}\n${stop}${changeScript(change)}fb done ${first + index}\n`;
  });
  const resume = stopDuring === null ? '' : 'resume_service\n';
  const settled = settles.map((handler) => `mark_settled ${quote(handler)}\n`);
  return `begin_unit
(
set -eu
${steps.join('')}${resume}${settled.join('')}) </dev/null 2>&1
end_unit $? ${changes.length} ${quote(namesFrom(unit, first))}
`;
}

/** How the syslog line names a unit's changes. `first` is the position of the first one in the script. */
function namesFrom({ changes }: Unit, first: number): string {
  const name = ({ type, label }: Change, position: number): string =>
    position < MAX_NAMES_LOGGED
      ? `${position === 0 ? ': ' : ', '}${printable(`${type} ${label}`)}`
      : position === MAX_NAMES_LOGGED
        ? ', ...'
        : '';
  return changes.map((change, index) => name(change, first + index)).join('');
}

/** A text as one line of a log, whatever is in it. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, MAX_TEXT_LENGTH);
}

/** A change runs in a subshell without the lock, so that what it leaves running does not hold the lock. */
function changeScript(change: Change): string {
  const resource = resourceTypes[change.type];
  if (resource === undefined) throw new Error(`no resource type ${change.type}`);
  const marks = change.notify.map((handler) => `mark_pending ${quote(handler)}\n`);
  return `${marks.join('')}(
trap - PIPE HUP
${resource.script(change.params, change)}
) 7>&-
`;
}
