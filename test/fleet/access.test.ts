import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finished } from '../lab/process.ts';
import { openFleet } from './fleet.ts';
import type { Fleet } from './fleet.ts';

/** Logging in as others do: with passwords, through sudo, and to hosts that are not known or not the same any more. */

let fleet: Fleet;

const loginPassword = 'log-in "with" $this';
const sudoPassword = loginPassword;

beforeAll(async () => {
  fleet = await openFleet(4);
  await fleet.onAll(`set -e; useradd -m -s /bin/bash ops
printf 'ops:%s\\n' '${loginPassword}' | chpasswd
echo 'ops ALL=(ALL:ALL) ALL' >/etc/sudoers.d/ops`);
});
afterAll(() => fleet.close());

const playbook = join(import.meta.dirname, 'playbooks/slow.yaml');

describe('a user with a password, who becomes root by sudo', () => {
  const passwords = { FASTBOOT_SSH_PASSWORD: loginPassword, FASTBOOT_BECOME_PASSWORD: sudoPassword };
  const asOps = (): string =>
    fleet.inventory({
      vars: {
        seconds: 1,
        ansible_user: 'ops',
        ansible_become: true,
        ansible_ssh_private_key_file: undefined,
      },
    });

  it('works, and the passwords are in no command line, output, log or event', async () => {
    const logFile = join(fleet.dir, 'log');
    const commandLines: string[] = [];
    const { code, stdout, stderr } = await fleet.fastboot(
      ['apply', asOps(), '--playbook', playbook, '--yes', '--json', '--log-file', logFile],
      {
        env: passwords,
        // the hosts' processes are this machine's too
        onLine: () => commandLines.push(...allCommandLines()),
      },
    );
    expect(code, stderr).toBe(0);
    expect(await fleet.onAll('stat -c %U /srv/slow/done')).toEqual(fleet.hosts.map(() => 'root\n'));
    expect(commandLines.some((line) => line.includes('sudo'))).toBe(true);
    expect(stdout).toContain('"run.done"');
    const log = readFileSync(logFile, 'utf8');
    expect(log).toContain('"run.done"');
    for (const text of [...commandLines, stdout, stderr, log]) expect(text).not.toContain(loginPassword);
    const left = `grep -rlF '${loginPassword}' /var/log /run /etc /srv /tmp 2>/dev/null; journalctl -q | grep -cF '${loginPassword}'; true`;
    expect(await fleet.onAll(left)).toEqual(fleet.hosts.map(() => '0\n'));
  });

  const wrong = [
    {
      what: 'a wrong sudo password',
      env: { ...passwords, FASTBOOT_BECOME_PASSWORD: 'wrong' },
      code: 3,
      says: 'sudo did not accept the password',
    },
    {
      what: 'no sudo password',
      env: { FASTBOOT_SSH_PASSWORD: loginPassword },
      code: 3,
      says: 'FASTBOOT_BECOME_PASSWORD',
    },
    {
      what: 'a wrong login password',
      env: { ...passwords, FASTBOOT_SSH_PASSWORD: 'wrong' },
      code: 4,
      says: 'ops',
    },
  ];
  it.each(wrong)('is told of $what, and nothing is touched', async ({ env, code, says }) => {
    const run = await fleet.fastboot(['apply', asOps(), '--playbook', playbook, '--yes'], { env });
    expect(run.code, run.stderr).toBe(code);
    expect(run.stderr).toContain(says);
    expect(run.stderr).toContain('Nothing was touched on any host');
  });
});

describe('host keys', () => {
  const knownHosts = (): string => join(fleet.dir, 'known_hosts');
  const known = (): readonly string[] => readFileSync(fleet.knownHostsFile, 'utf8').trim().split('\n');
  /** As if the second host had the third one's key. */
  const changed = (): readonly string[] =>
    known().with(1, (known()[2] ?? '').replace('c3,10.79.0.3', 'c2,10.79.0.2'));
  const apply = (lines: readonly string[], ...more: string[]): Promise<Finished> => {
    writeFileSync(knownHosts(), `${lines.join('\n')}\n`);
    const inventory = fleet.inventory({ vars: { seconds: 1 } });
    const trust = ['--known-hosts', knownHosts()];
    return fleet.fastboot(['apply', inventory, '--playbook', playbook, '--yes', ...trust, ...more]);
  };

  it('a host that is not known is not logged in to, and its key is shown', async () => {
    const { code, stdout } = await apply(known().toSpliced(1, 1));
    expect(code).toBe(4);
    expect(stdout).toContain('host key not known');
    expect(stdout).toContain(await fingerprint(2));
    expect(stdout).toContain(`ssh-keyscan 10.79.0.2 >> ${knownHosts()}`);
  });

  it('a host with another key than before is not logged in to', async () => {
    const { code, stdout } = await apply(changed());
    expect(code).toBe(4);
    expect(stdout).toContain('HOST KEY CHANGED');
    expect(stdout).toContain(await fingerprint(2));
    expect(stdout).toContain(`Another key is recorded in ${knownHosts()}, line 2.`);
  });

  it('a new host can be trusted on first sight, a changed one not', async () => {
    const trusting = await apply(known().toSpliced(1, 1), '--accept-new-host-keys');
    expect(trusting.code, trusting.stderr).toBe(0);
    expect(readFileSync(knownHosts(), 'utf8').split('\n')).toContain(
      (known()[1] ?? '').replace('c2,10.79.0.2', '10.79.0.2'),
    );
    expect((await apply(changed(), '--accept-new-host-keys')).code).toBe(4);
  });

  const fingerprint = async (number: number): Promise<string> => {
    const shown = await fleet.on(fleet.host(number), 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub');
    return shown.split(' ')[1] ?? '';
  };
});

function allCommandLines(): readonly string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
    } catch {
      return [];
    }
  });
}
