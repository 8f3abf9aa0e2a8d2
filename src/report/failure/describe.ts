/** Tells what failed on a host, why, what to do, and what was not touched. */
import { DURING_VERIFICATION } from '../../core/failure.ts';
import type { Failure } from '../../core/failure.ts';
import { visible, visibleLines } from '../terminal/escape.ts';
import { describeConnection } from './describe-connection.ts';
import type { FailureText } from './failure-text.ts';

const MAX_OUTPUT_LINES = 20;

const NOTHING_CHANGED = 'Nothing was changed on this host.';
const NO_HALF_FILES =
  'No file is half written: files are written whole or not at all. Later steps were not started.';

/** @param host the name of the host in the inventory */
export function describeFailure(host: string, failure: Failure): FailureText {
  switch (failure.kind) {
    case 'unreachable':
    case 'auth':
    case 'host-key':
    case 'become':
      return { ...describeConnection(host, failure), output: [], untouched: NOTHING_CHANGED };
    case 'lost':
      return {
        what: `connection lost: ${visible(failure.during)}`,
        why: [visible(failure.cause), 'It is not known whether the step ended.'],
        output: [],
        whatToDo: [{ text: 'Run again. The host is read again, and only what is still missing is done.' }],
        untouched: NO_HALF_FILES,
      };
    case 'timed-out':
      return {
        what: `timed out after ${failure.seconds} s: ${visible(failure.during)}`,
        why: ['fastboot does not wait any longer. The step may still be running on the host.'],
        output: [],
        whatToDo: [
          { text: `Find out on ${host} what the step waits for, then run again:`, command: LOOK_AT_HOST },
          { text: 'If the step only needs more time: --task-timeout.' },
        ],
        untouched: NO_HALF_FILES,
      };
    case 'command':
      return describeCommand(failure);
    case 'stale':
      return {
        what: `changed since the plan was made: ${visible(failure.during)}`,
        why: ['It is not as the plan expects, so it was not overwritten.'],
        output: lastLines(failure.output),
        whatToDo: [{ text: 'Run fastboot plan again, read the new plan, then apply it.' }],
        untouched: 'It was left as it was found. Later steps were not started.',
      };
    case 'not-as-planned':
      return {
        what: `not as planned after the change: ${visible(failure.resource)}`,
        why: visibleLines(failure.detail),
        output: [],
        whatToDo: [
          {
            text: 'Something else may change it too: Puppet, Ansible, a package, an operator. Find out what, then run again.',
          },
        ],
        untouched: 'The change itself ended without an error.',
      };
    case 'protocol':
      return {
        what: `answer not understood: ${visible(failure.during)}`,
        why: visibleLines(failure.detail),
        output: [],
        whatToDo: [
          {
            text: 'The start files of the login shell must print nothing, and the disk must not be full. Check both, then run again.',
          },
        ],
        untouched:
          failure.during === DURING_VERIFICATION
            ? 'The changes were made. Whether they had the planned effect is not known.'
            : 'A host that cannot be read is not changed.',
      };
  }
}

const LOOK_AT_HOST = 'ps axf; journalctl -e';

function describeCommand(failure: Failure & { kind: 'command' }): FailureText {
  const output = lastLines(failure.output);
  const { code, signal } = failure;
  const end = signal === null ? `exit code ${code ?? 'unknown'}` : `ended by the signal ${visible(signal)}`;
  const lastWords = output.findLast((line) => line.trim() !== '')?.trim();
  return {
    what: `${visible(failure.during)}: ${lastWords ?? end}`,
    why: [end],
    output,
    whatToDo:
      output.length > 0
        ? [{ text: 'Fix the cause shown above, then run again.' }]
        : [
            {
              text: 'The step printed nothing. Read the journal of the host, then run again:',
              command: 'journalctl -e',
            },
          ],
    untouched: NO_HALF_FILES,
  };
}

function lastLines(output: string): readonly string[] {
  return output.trim() === '' ? [] : visibleLines(output).slice(-MAX_OUTPUT_LINES);
}
