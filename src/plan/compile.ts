import { RUNTIME_FOLDER, UNIT_LOCK_FILE } from '../core/host-paths.ts';
import type { Query } from '../facts/fact.ts';
import { queryBody } from '../facts/query.ts';
import { resourceTypes } from '../resources/index.ts';
import { framePrelude } from '../shell/frame.ts';
import { changePrelude } from '../shell/prelude.ts';
import { quote } from '../shell/quote.ts';
import type { Change, Unit } from './plan.ts';

/** Whose work a script is: what the host's syslog and the index of kept files name. */
export interface Signature {
  readonly runId: string;
  /** `user@machine`. */
  readonly operator: string;
}

/** For how many seconds a unit waits for such a one. */
const UNIT_PATIENCE = 600;

/**
 * Shell function: asks until the next unit may begin and none of another run is at work; holds the lock on descriptor 7
 * then. While it waits it asks again each second, so that an interrupt or a lost connection ends the wait.
 */
const beginFunction = `begin() {
  left=${UNIT_PATIENCE}
  while :; do
    fb next
    read -r token && [ "$token" = go ] || { fb stopped; sign; exit 0; }
    command -v flock >/dev/null || return 0
    said=$({ mkdir -p -m 0755 ${RUNTIME_FOLDER} && umask 077 && : >>${UNIT_LOCK_FILE}; } 2>&1) || {
      fb failed 1
      printf '%s\n' "$said"
      exit 0
    }
    exec 7>>${UNIT_LOCK_FILE}
    if flock -n 7; then return 0; fi
    exec 7>&-
    fb waiting
    if [ $left -le 0 ]; then
      fb failed 1
      echo 'a step that another run of fastboot has begun on this host has not come to its end'
      sign
      exit 0
    fi
    sleep 1
    left=$((left - 1))
  done
}
`;

/** Shell function: one line for the host's syslog about what was changed, where there is anything to say. */
const signFunction = `sign() {
  if [ $made -eq 0 ] && [ -z "$broken" ] || ! command -v logger >/dev/null; then return 0; fi
  if [ $made -eq 1 ]; then things=thing; else things=things; fi
  timeout 5 logger -t "fastboot[$run]" -p user.notice -- "$operator changed $made $things$names$broken" </dev/null 2>/dev/null || :
}
`;

/** Names of things in a syslog line, cut off where they are many. */
const NAMED = 10;

/**
 * One script that carries out all units of a host and then reads the host again. Pure.
 *
 * It asks before each unit (frame `next`) and goes on when it reads `go` on its standard input; at end of file, that is
 * when the run is interrupted or the connection is lost, it stops there, between two units. Frames:
 * `next`, `waiting` (for a unit of another run), `start CHANGE`, `done CHANGE`, `failed CODE`, `stopped`, `verify`, then
 * those of the facts, `end`. A change is named by its position in the script, from 0.
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
  // One compound command, so that the shell has read it whole before it reads `go` from the same standard input. Its
  // output goes through a relay that stays when nobody reads any more: a lost connection must not end a unit in the middle.
  return `{
${framePrelude(nonce)}${changePrelude}${signFunction}${beginFunction}run=${quote(signature.runId)}
operator=${quote(printable(signature.operator))}
made=0 names= broken=
trap '' PIPE HUP
{
${parts.join('')}sign
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

function unitScript(unit: Unit, first: number): string {
  const firstIo = unit.changes.findIndex((change) => change.risk === 'io');
  const steps = unit.changes.map((change, index) => {
    const rest = unit.stopDuring !== null && index === firstIo ? stopScript(unit.stopDuring) : '';
    return `fb start ${first + index}\n${rest}${changeScript(change)}fb done ${first + index}\n`;
  });
  const settled = unit.settles.map((handler) => `mark_settled ${quote(handler)}\n`);
  const resume = unit.stopDuring === null ? '' : 'trap - EXIT\nresume\n';
  return `begin
(
set -eu
${steps.join('')}${resume}${settled.join('')}) </dev/null 2>&1
code=$?
exec 7>&-
if [ $code -ne 0 ]; then fb failed $code; broken='; a step failed'; sign; exit 0; fi
made=$((made + ${unit.changes.length})) names=$names${quote(namesFrom(unit, first))}
`;
}

/** What the syslog line says of a unit's changes, the first of which has this position. */
function namesFrom({ changes }: Unit, first: number): string {
  const name = ({ type, label }: Change, position: number): string =>
    position < NAMED
      ? `${position === 0 ? ': ' : ', '}${printable(`${type} ${label}`)}`
      : position === NAMED
        ? ', ...'
        : '';
  return changes.map((change, index) => name(change, first + index)).join('');
}

/** What stands in one line of a log whatever it holds. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 200);
}

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

/** Stops a service for the rest of the unit; it is started again at the end, also after a failure. */
function stopScript(unit: string): string {
  return `resume() { case $was in active | activating | reloading) systemctl start ${quote(unit)} ;; esac; }
was=$(systemctl show -p ActiveState --value ${quote(unit)})
trap 'code=$?; resume; exit $code' EXIT
case $was in active | activating | reloading) systemctl stop ${quote(unit)} ;; esac
`;
}
