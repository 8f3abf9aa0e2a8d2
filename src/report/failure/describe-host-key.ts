/** Tells why the key of a host is not trusted, and how to find out whether it may be. */
import type { ConnectFailure } from '../../core/failure.ts';
import { quote } from '../../shell/quote.ts';
import { visible } from '../terminal/escape.ts';
import type { Advice, FailureText } from './failure-text.ts';
import { splitAddress } from './split-address.ts';

export function describeHostKey(
  host: string,
  failure: ConnectFailure & { kind: 'host-key' },
): Pick<FailureText, 'what' | 'why' | 'whatToDo'> {
  const { address, verdict, fingerprint, hint, file, line } = failure;
  const { name, port, entry } = splitAddress(visible(address));
  const scan = `ssh-keyscan ${port === undefined ? '' : `-p ${port} `}${quote(name)}`;
  const known = file === undefined ? '~/.ssh/known_hosts' : quote(visible(file));
  const place = line === undefined ? known : `${known}, line ${line}`;
  const record = `${scan} >> ${known}`;
  const why = (...more: readonly string[]) =>
    [`The host sent the key ${visible(fingerprint)}.`, ...more, visible(hint)].filter((text) => text !== '');
  const compare: readonly Advice[] = [
    { text: 'Show the keys that the host sends:', command: `${scan} | ssh-keygen -lf -` },
    {
      text: `Compare them with the keys of ${host}. Read those on its console, not over the network:`,
      command: 'for k in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$k"; done',
    },
  ];
  switch (verdict) {
    case 'unknown':
      return {
        what: 'host key not known',
        why: why(),
        whatToDo: [
          ...compare,
          {
            text: 'If they are the same, record them, or run again with --accept-new-host-keys:',
            command: record,
          },
        ],
      };
    case 'changed':
      return {
        what: 'HOST KEY CHANGED: somebody may intercept the connection',
        why: why(`Another key is recorded in ${place}.`),
        whatToDo: [
          { text: 'Find out why it changed. Usually the host was installed again, but it may be an attack.' },
          ...compare,
          {
            text: 'Only if they are the same, remove the old key and record the new one:',
            command: `ssh-keygen -R ${quote(entry)} -f ${known} && ${record}`,
          },
        ],
      };
    case 'revoked':
      return {
        what: 'host key revoked',
        why: why(`The key is marked @revoked in ${place}.`),
        whatToDo: [
          {
            text: 'Do not trust this host, and do not remove that line. Make new keys on its console, then run again:',
            command: 'rm /etc/ssh/ssh_host_*_key* && ssh-keygen -A && systemctl restart ssh',
          },
        ],
      };
    case 'unsupported':
      return {
        what: 'known_hosts has only a certificate authority for this host; fastboot does not support host certificates',
        why: why(),
        whatToDo: [...compare, { text: 'If they are the same, record them:', command: record }],
      };
  }
}
