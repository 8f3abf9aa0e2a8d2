/** The lab itself: its hosts are what tests take them for, and tests see and do to them what they think. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { projectRoot } from './cache.ts';
import type { LabHost } from './host.ts';
import { openLab } from './lab.ts';
import type { Lab } from './lab.ts';
import { markLog, sshTrafficSince, unitStarts, watchChanges } from './observe.ts';
import { ensurePackages } from './packages.ts';
import { run } from './process.ts';
import type { Finished } from './process.ts';

let lab: Lab;
let backend: LabHost;
let compute: LabHost;

beforeAll(async () => {
  await ensurePackages();
  lab = await openLab(['nfs01', 'compute01']);
  backend = lab.host('nfs01');
  compute = lab.host('compute01');
  await lab.save('clean');
});
afterAll(() => lab.close());

function ssh(host: LabHost, command: string, user = 'root'): Promise<Finished> {
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${lab.knownHostsFile}`,
    'ConnectTimeout=20',
  ];
  const flags = options.flatMap((option) => ['-o', option]);
  const target = ['-F', '/dev/null', '-i', lab.keyFile, '-p', String(host.sshPort), `${user}@127.0.0.1`];
  return run('ssh', [...flags, ...target, command]);
}

describe('a fresh host', () => {
  it('has its own name, machine id and host keys, and nothing of NFS', async () => {
    const look =
      'hostname; cat /etc/machine-id; cat /etc/ssh/ssh_host_ed25519_key.pub; ls /sbin/mount.nfs /usr/sbin/exportfs 2>&1';
    const [a, b] = await Promise.all([backend.exec(look), compute.exec(look)]);
    const lines = [a.stdout.split('\n'), b.stdout.split('\n')] as const;
    expect(lines[0][0]).toBe('nfs01');
    expect(lines[1][0]).toBe('compute01');
    for (const index of [1, 2]) expect(lines[0][index]).not.toBe(lines[1][index]);
    for (const { stdout } of [a, b]) expect(stdout.match(/No such file/g)).toHaveLength(2);
  });

  it('is known by its keys and lets root and the sudo users in', async () => {
    expect(await ssh(backend, 'hostname')).toMatchObject({ code: 0, stdout: 'nfs01\n' });
    expect(await ssh(compute, 'sudo -n id -u', 'ops')).toMatchObject({ code: 0, stdout: '0\n' });
    expect((await ssh(compute, 'sudo -n id -u', 'opspw')).code).toBe(1);
  });

  it('has the right time, a healthy systemd, and no unit that failed', async () => {
    for (const host of [backend, compute]) {
      const at = Number(await host.sh('date +%s.%N')) * 1000;
      expect(Math.abs(Date.now() - at)).toBeLessThan(2000);
      expect(await host.sh('systemctl is-system-running')).toBe('running\n');
    }
  });

  it('reaches the others by name on the storage network', async () => {
    const answer = await compute.sh(
      'bash -c \'read -r line </dev/tcp/nfs01/22; echo "$line"; ip -br addr show eth1\'',
    );
    expect(answer).toContain('SSH-2.0-OpenSSH');
    expect(answer).toContain(compute.storageAddress);
  });

  it("has Debian's nova-compute unit with a stub behind it, on a compute node only", async () => {
    const command = await compute.sh(
      `systemctl show -p Type -p User nova-compute; tr '\\0' ' ' <"/proc/$(systemctl show --value -p MainPID nova-compute)/cmdline"; id nova; id libvirt-qemu`,
    );
    expect(command).toContain('Type=notify\nUser=nova');
    expect(command).toContain(
      '/usr/bin/nova-compute --config-file=/etc/nova/nova.conf --config-file=/etc/nova/nova-compute.conf --log-file=',
    );
    expect(command).toContain('uid=64060(nova) gid=64060(nova)');
    expect(command).toContain('uid=64055(libvirt-qemu) gid=104(kvm)');
    expect(await backend.exec('id nova; ls -d /var/lib/glance/images')).toMatchObject({
      code: 0,
      stdout: '/var/lib/glance/images\n',
    });
  });
});

describe('what a test can see of a host', () => {
  it("counts connections and commands in sshd's log", async () => {
    const mark = await markLog(compute);
    await ssh(compute, 'true');
    await ssh(compute, 'true');
    expect(await sshTrafficSince(compute, mark)).toMatchObject({ connections: 2, execs: 2 });
  });

  it('sees no change after a login, and each file that was changed, made, removed or moved', async () => {
    const changes = await watchChanges([backend, compute]);
    await ssh(compute, 'true');
    expect(await changes()).toEqual({});
    await compute.sh('cat /etc/fstab >/root/f && cat /root/f >/etc/fstab && touch -r /etc/hosts /etc/fstab');
    expect(await changes()).toEqual({ compute01: ['/etc/fstab', '/root', '/root/f'] });
    const later = await watchChanges([compute]);
    await compute.sh('rm /root/f; chmod 600 /etc/hosts; mv /etc/issue /srv/issue');
    expect(await later()).toEqual({ compute01: ['/etc', '/etc/hosts', '/root', '/srv', '/srv/issue'] });
  });

  it('sees which unit was restarted', async () => {
    const before = await unitStarts(compute);
    await compute.sh('systemctl restart nova-compute');
    const after = await unitStarts(compute);
    const changed = Object.keys(after).filter((unit) => after[unit] !== before[unit]);
    expect(changed).toEqual(['nova-compute.service']);
  });
});

describe('what a test can do to a host', () => {
  beforeEach(() => lab.load('clean'));

  it('takes all hosts back to a saved state', async () => {
    await compute.sh('touch /etc/left-over');
    await compute.cutPower();
    expect((await ssh(compute, 'true')).code).toBe(255);
    await lab.load('clean');
    expect((await compute.exec('ls /etc/left-over')).code).toBe(2);
    expect((await ssh(compute, 'true')).code).toBe(0);
  });

  it('cuts a cable and puts it back', async () => {
    await compute.setLink('storage', false);
    const reach = "timeout 2 bash -c ': </dev/tcp/nfs01/22'";
    expect((await compute.exec(reach)).code).not.toBe(0);
    await compute.setLink('storage', true);
    await expect.poll(async () => (await compute.exec(reach)).code, { timeout: 20_000 }).toBe(0);
  });
});

describe('the lab', () => {
  it('writes an inventory that names where the hosts are', () => {
    const text = readFileSync(lab.inventory({ fastboot: { pool: { owner: 'keep' } } }), 'utf8');
    expect(text).toContain(`ansible_port: ${compute.sshPort}`);
    expect(text).toContain('storage_address: 10.11.0.10');
    expect(text).toContain('owner: keep');
  });

  it('has an example of its inventories that is one', async () => {
    const file = join(projectRoot, 'examples/lab/inventory.yaml');
    expect(await lab.fastboot(['validate', file])).toMatchObject({ code: 0 });
  });

  it('leaves no process and no file behind', async () => {
    const other = await openLab(['compute02']);
    const processes = (): Promise<string> => run('ps', ['-eo', 'args']).then(({ stdout }) => stdout);
    expect(await processes()).toContain(other.dir);
    await other.close();
    expect(await processes()).not.toContain(other.dir);
    expect((await run('ls', [other.dir])).code).not.toBe(0);
  });

  it('ends with the process that started it, also when that is killed', async () => {
    const loader = join(projectRoot, 'scripts/ts-loader.mjs');
    const owner = spawn(
      process.execPath,
      ['--import', loader, join(projectRoot, 'test/lab/main.ts'), 'compute03'],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    for await (const line of createInterface({ input: owner.stdout })) if (line.includes('Ctrl-C')) break;
    const machines = async (): Promise<string[]> => {
      const { stdout } = await run('ps', ['-eo', 'args']);
      return stdout
        .split('\n')
        .filter((line) => /^(qemu|vde_switch)/.test(line) && line.includes(`/lab-${owner.pid}-`));
    };
    expect(await machines()).toHaveLength(2);
    owner.kill('SIGKILL');
    await expect.poll(machines, { timeout: 20_000 }).toEqual([]);
  });
});
