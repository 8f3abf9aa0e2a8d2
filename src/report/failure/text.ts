import type { ConnectFailure, Failure } from '../../core/failure.ts';
import { quote } from '../../shell/quote.ts';
import { visible, visibleLines } from '../terminal/escape.ts';

export interface Step {
  readonly say: string;
  readonly run?: string;
}

/** A failure told to a tired person; every text is fit to be shown. */
export interface FailureText {
  /** What happened, in one clause, without the host's name. */
  readonly what: string;
  readonly why: readonly string[];
  /** The last lines that the step printed, at most 20. */
  readonly output: readonly string[];
  /** What to do; a step may come with a command to copy. */
  readonly next: readonly Step[];
  /** What was not touched, or is safe. */
  readonly untouched: string;
}

const OUTPUT_LINES = 20;
const NOT_BEGUN = 'Nothing was changed on this host.';
const ATOMIC =
  'A file is written whole or not at all, so none is left half written; the steps after this one were not begun.';

/** Tells a failure of a host. */
export function describeFailure(host: string, failure: Failure): FailureText {
  switch (failure.kind) {
    case 'unreachable':
    case 'auth':
    case 'host-key':
    case 'become':
      return { ...describeConnect(host, failure), output: [], untouched: NOT_BEGUN };
    case 'lost':
      return {
        what: `connection lost: ${visible(failure.during)}`,
        why: [visible(failure.cause), 'Whether the step came to its end is not known.'],
        output: [],
        next: [{ say: 'Run again: the host is read anew, and only what is still missing is done.' }],
        untouched: ATOMIC,
      };
    case 'timed-out':
      return {
        what: `no end after ${failure.seconds} s: ${visible(failure.during)}`,
        why: ['The step was given up; it may still be at work on the host.'],
        output: [],
        next: [
          { say: `Look what it waits for on ${host}, then run again:`, run: 'ps axf; journalctl -e' },
          { say: 'If it only needs longer: --task-timeout.' },
        ],
        untouched: ATOMIC,
      };
    case 'command':
      return describeCommand(failure);
    case 'stale':
      return {
        what: `changed since the plan was made: ${visible(failure.during)}`,
        why: ['The thing is not as the plan saw it, so it was left as it was found.'],
        output: lastLines(failure.output),
        next: [{ say: 'Run fastboot plan again, look at what it says now, then apply.' }],
        untouched: 'It was not overwritten; the steps after it were not begun.',
      };
    case 'not-as-planned':
      return {
        what: `not as planned after the change: ${visible(failure.resource)}`,
        why: visibleLines(failure.detail),
        output: [],
        next: [
          {
            say: 'Something else may manage it too (Puppet, Ansible, a package, an operator). Find out what, then run again.',
          },
        ],
        untouched: 'The change itself ended without an error.',
      };
    case 'protocol':
      return {
        what: `answer not understood: ${visible(failure.during)}`,
        why: visibleLines(failure.detail),
        output: [],
        next: [
          {
            say: 'Start files of the login shell must print nothing, and the disk must not be full. Check both, then run again.',
          },
        ],
        untouched: 'What cannot be read is not changed.',
      };
  }
}

/**
 * What failures have in common when they have one cause: host, addresses and numbers are taken out, so that equal keys
 * mean one group.
 */
export function failureCause(host: string, failure: Failure): string {
  const { what } = describeFailure(host, failure);
  return `${failure.kind} ${what}`
    .replaceAll(host, '<host>')
    .replace(/\b\d{1,3}(\.\d{1,3}){3}\b|\[[0-9a-f:]+\]/gi, '<address>')
    .replace(/\b(0x)?[0-9a-f]{8,}\b/gi, '<hex>')
    .replace(/\d+/g, '0');
}

function describeCommand(failure: Failure & { kind: 'command' }): FailureText {
  const output = lastLines(failure.output);
  const { code, signal } = failure;
  const end = signal === null ? `exit code ${code ?? '?'}` : `ended by ${visible(signal)}`;
  const said = output.findLast((line) => line.trim() !== '')?.trim();
  return {
    what: `${visible(failure.during)}: ${said ?? end}`,
    why: [end],
    output,
    next: [
      {
        say:
          output.length > 0
            ? 'Mend the cause that the lines above name, then run again.'
            : 'It printed nothing. Look into the journal of the host, then run again:',
        ...(output.length > 0 ? {} : { run: 'journalctl -e' }),
      },
    ],
    untouched: ATOMIC,
  };
}

function lastLines(output: string): readonly string[] {
  return output.trim() === '' ? [] : visibleLines(output).slice(-OUTPUT_LINES);
}

type ConnectText = Pick<FailureText, 'what' | 'why' | 'next'>;

function describeConnect(host: string, failure: ConnectFailure): ConnectText {
  switch (failure.kind) {
    case 'unreachable': {
      const check = `Check that the host is up, and ansible_host and ansible_port of ${host} in the inventory.`;
      return {
        what: visible(failure.reason),
        why: [`address ${visible(failure.address)}`],
        next: [{ say: visible(failure.hint ?? check) }],
      };
    }
    case 'auth':
      return {
        what: `login refused for ${visible(failure.user)}`,
        why: [
          `address ${visible(failure.address)}, tried: ${failure.tried.map(visible).join(', ') || 'nothing'}`,
        ],
        next: [
          { say: visible(failure.hint ?? 'Give the key (--private-key, ssh-agent) or --ask-pass.') },
          { say: 'To see what the host says:', run: `ssh -v ${sshTarget(failure.user, failure.address)}` },
        ],
      };
    case 'host-key':
      return describeHostKey(host, failure);
    case 'become':
      return {
        what: `no root rights for ${visible(failure.user)}: ${visible(failure.reason)}`,
        why: [],
        next: [{ say: visible(failure.hint) }],
      };
  }
}

function describeHostKey(host: string, failure: ConnectFailure & { kind: 'host-key' }): ConnectText {
  const { address, verdict, fingerprint, hint, file, line } = failure;
  const { name, port, entry } = splitAddress(visible(address));
  const scan = `ssh-keyscan ${port === undefined ? '' : `-p ${port} `}${quote(name)}`;
  const known = file === undefined ? '~/.ssh/known_hosts' : quote(visible(file));
  const place = line === undefined ? known : `${known}, line ${line}`;
  const offered = `The host showed ${visible(fingerprint)}.`;
  const told = (...why: readonly string[]) => [offered, ...why, visible(hint)].filter((text) => text !== '');
  const look: Step = { say: 'See the keys that it shows:', run: `${scan} | ssh-keygen -lf -` };
  const compare: Step = {
    say: `Compare with what it has, on the console of ${host}, not over the network:`,
    run: 'for k in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$k"; done',
  };
  const trust = `${scan} >> ${known}`;
  switch (verdict) {
    case 'unknown':
      return {
        what: 'host key not known',
        why: told(),
        next: [
          look,
          compare,
          { say: 'If they are the same, trust it, or run again with --accept-new-host-keys:', run: trust },
        ],
      };
    case 'changed':
      return {
        what: 'HOST KEY CHANGED: someone may be listening in',
        why: told(`Another key stands in ${place}.`),
        next: [
          { say: 'Find out why: a new installation is the usual reason, an attack the other one.' },
          look,
          compare,
          {
            say: 'Only if they are the same, forget the old key and trust the new one:',
            run: `ssh-keygen -R ${quote(entry)} -f ${known} && ${trust}`,
          },
        ],
      };
    case 'revoked':
      return {
        what: 'host key revoked',
        why: told(`It is marked @revoked in ${place}.`),
        next: [
          {
            say: `Do not trust this host. Give it new keys on its console, then run again:`,
            run: 'rm /etc/ssh/ssh_host_*_key* && ssh-keygen -A && systemctl restart ssh',
          },
        ],
      };
    case 'unsupported':
      return {
        what: 'host key of an unsupported kind',
        why: told(),
        next: [
          { say: `Give ${host} an ed25519, ecdsa or rsa key, on its console:`, run: 'ssh-keygen -A' },
          look,
        ],
      };
  }
}

function sshTarget(user: string, address: string): string {
  const { name, port } = splitAddress(visible(address));
  return `${port === undefined ? '' : `-p ${port} `}${quote(`${visible(user)}@${name}`)}`;
}

/** `name`, `name:port`, `[name]:port`; `entry` is how known_hosts writes it. */
function splitAddress(address: string): { name: string; port: string | undefined; entry: string } {
  const match = /^\[(.+)\]:(\d+)$/.exec(address) ?? /^([^:]+):(\d+)$/.exec(address);
  const [, name = address, port] = match ?? [];
  if (port === undefined || port === '22') return { name, port: undefined, entry: name };
  return { name, port, entry: `[${name}]:${port}` };
}
