import type { Query } from '../facts/fact.ts';
import { queryBody } from '../facts/query.ts';
import { resourceTypes } from '../resources/index.ts';
import { framePrelude } from '../shell/frame.ts';
import { changePrelude } from '../shell/prelude.ts';
import { quote } from '../shell/quote.ts';
import type { Change, Unit } from './plan.ts';

/**
 * One script that carries out all units of a host and then reads the host again. Pure.
 *
 * It asks before each unit (frame `next`) and goes on when it reads `go` on its standard input; at end of file, that is
 * when the run is interrupted or the connection is lost, it stops there, between two units. Frames:
 * `next`, `start CHANGE`, `done CHANGE`, `failed CODE`, `stopped`, `verify`, then those of the facts, `end`.
 * A change is named by its position in the script, from 0.
 */
export function compileScript(units: readonly Unit[], verify: readonly Query[], nonce: string): string {
  let position = 0;
  const parts = units.map((unit) => {
    const text = unitScript(unit, position);
    position += unit.changes.length;
    return text;
  });
  // One compound command, so that the shell has read it whole before it reads `go` from the same standard input. Its
  // output goes through a relay that stays when nobody reads any more: a lost connection must not end a unit in the middle.
  return `{
${framePrelude(nonce)}${changePrelude}trap '' PIPE HUP
{
${parts.join('')}fb verify
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
    const rest = unit.quiesce !== null && index === firstIo ? quiesceScript(unit.quiesce) : '';
    return `fb start ${first + index}\n${rest}${changeScript(change)}fb done ${first + index}\n`;
  });
  const pays = unit.pays.map((handler) => `paid ${quote(handler)}\n`);
  const resume = unit.quiesce === null ? '' : 'trap - EXIT\nresume\n';
  return `fb next
read -r token && [ "$token" = go ] || { fb stopped; exit 0; }
(
set -eu
${steps.join('')}${resume}${pays.join('')}) </dev/null 2>&1
code=$?
if [ $code -ne 0 ]; then fb failed $code; exit 0; fi
`;
}

function changeScript(change: Change): string {
  const resource = resourceTypes[change.type];
  if (resource === undefined) throw new Error(`no resource type ${change.type}`);
  const owes = change.notify.map((handler) => `owe ${quote(handler)}\n`);
  return `${owes.join('')}(
trap - PIPE HUP
${resource.script(change.params, change)}
)
`;
}

/** Stops a service for the rest of the unit; it is started again at the end, also after a failure. */
function quiesceScript(unit: string): string {
  return `resume() { case $was in active | activating | reloading) systemctl start ${quote(unit)} ;; esac; }
was=$(systemctl show -p ActiveState --value ${quote(unit)})
trap 'code=$?; resume; exit $code' EXIT
case $was in active | activating | reloading) systemctl stop ${quote(unit)} ;; esac
`;
}
