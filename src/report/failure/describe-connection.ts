/** Tells why there is no connection to a host. */
import type { ConnectFailure } from '../../core/failure.ts';
import { quote } from '../../shell/quote.ts';
import { visible } from '../terminal/escape.ts';
import { describeHostKey } from './describe-host-key.ts';
import type { FailureText } from './failure-text.ts';
import { splitAddress } from './split-address.ts';

type ConnectionText = Pick<FailureText, 'what' | 'why' | 'whatToDo'>;

export function describeConnection(host: string, failure: ConnectFailure): ConnectionText {
  switch (failure.kind) {
    case 'unreachable': {
      const check = `Check that the host is up. Check ansible_host and ansible_port of ${host} in the inventory.`;
      return {
        what: visible(failure.reason),
        why: [`address ${visible(failure.address)}`],
        whatToDo: [{ text: visible(failure.hint ?? check) }],
      };
    }
    case 'auth': {
      const tried = failure.tried.map(visible).join(', ') || 'nothing';
      return {
        what: `login refused for ${visible(failure.user)}`,
        why: [`address ${visible(failure.address)}, tried: ${tried}`],
        whatToDo: [
          {
            text: visible(
              failure.hint ?? 'Give the right key (--private-key, ssh-agent), or use --ask-pass.',
            ),
          },
          {
            text: 'See what the host answers:',
            command: `ssh -v ${sshTarget(failure.user, failure.address)}`,
          },
        ],
      };
    }
    case 'host-key':
      return describeHostKey(host, failure);
    case 'become':
      return {
        what: `cannot become ${visible(failure.user)}: ${visible(failure.reason)}`,
        why: [],
        whatToDo: [{ text: visible(failure.hint) }],
      };
  }
}

function sshTarget(user: string, address: string): string {
  const { name, port } = splitAddress(visible(address));
  return `${port === undefined ? '' : `-p ${port} `}${quote(`${visible(user)}@${name}`)}`;
}
