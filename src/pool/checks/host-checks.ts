import type { Finding } from '../../core/finding.ts';
import { reporters } from './check.ts';
import { MAX_SKEW_SECONDS } from '../decisions/clocks.ts';
import type { Backend, Client } from '../nodes/nodes.ts';

/** 10 GbE, in Mbit/s: what a pool needs so that many VMs can boot from it at once. */
const WANTED_SPEED = 10_000;

/** Checks that are the same for the backend and its clients. */
export function commonChecks(node: Backend | Client, offset: number | undefined): readonly Finding[] {
  return [...clockChecks(node, offset), ...nameChecks(node), ...speedChecks(node)];
}

function clockChecks({ host, clock }: Backend | Client, offset: number | undefined): readonly Finding[] {
  const report = reporters(host.name);
  const keeper = 'install and start chrony on every host, with the same time servers';
  const skew =
    offset === undefined
      ? [report.unknown('clock', 'its clock could not be read', keeper)]
      : Math.abs(offset) > MAX_SKEW_SECONDS
        ? [
            report.warning(
              'clock',
              `its clock is ${Math.abs(offset).toFixed(1)} s ${offset > 0 ? 'ahead of' : 'behind'} the median of all hosts`,
              keeper,
            ),
          ]
        : [];
  const service =
    clock.services.length === 0
      ? [
          report.warning(
            'time-service',
            'nothing keeps its clock in step: neither chrony nor ntp runs',
            keeper,
          ),
        ]
      : [];
  return [...skew, ...service];
}

function nameChecks({ host, os }: Backend | Client): readonly Finding[] {
  const report = reporters(host.name);
  const remedy = `add ${os.hostname} to /etc/hosts on this host`;
  if (os.resolvesOwnName === null) {
    return [report.unknown('names', 'there is no getent to ask whether its own name resolves', remedy)];
  }
  return os.resolvesOwnName
    ? []
    : [report.warning('names', `its own name ${os.hostname} does not resolve`, remedy)];
}

function speedChecks({ host, route }: Backend | Client): readonly Finding[] {
  if (route.device === null || route.device === 'lo') return [];
  const report = reporters(host.name);
  const remedy = 'put the storage network on 10 GbE; set storage_address where this is the wrong network';
  if (route.speed === null) {
    return [report.unknown('link-speed', `${route.device} does not tell its speed`, remedy)];
  }
  return route.speed < WANTED_SPEED
    ? [
        report.warning(
          'link-speed',
          `${route.device} towards the storage network runs at ${route.speed} Mbit/s`,
          remedy,
        ),
      ]
    : [];
}

/** The kernel must have the host's half of NFS. */
export function kernelCheck(
  { host, kernel, os }: Backend | Client,
  half: 'server' | 'client',
): readonly Finding[] {
  if (kernel[half]) return [];
  const what = half === 'server' ? 'cannot serve NFS (no nfsd)' : 'cannot mount NFSv4 (no nfsv4)';
  const remedy = kernel.modules
    ? 'boot a kernel that has it; on Debian linux-image-amd64 does'
    : `there is no /lib/modules/${os.kernel}: reboot if the kernel was upgraded, else boot one that has NFS`;
  return [reporters(host.name).block('kernel-nfs', `its kernel ${os.kernel} ${what}`, remedy)];
}
