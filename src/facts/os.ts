/** The operating system of a host. */
import { SYSTEMD_RUNNING_FOLDER } from '../core/host-paths.ts';
import { distributionFamily } from '../formats/distributions.ts';
import type { DistributionFamily } from '../formats/distributions.ts';
import { parseOsRelease } from '../formats/os-release.ts';
import { FactError } from './fact.ts';
import { defineFact } from './query.ts';

/** Which system a host runs. */
export interface Os {
  readonly family: DistributionFamily;
  /** `ID` of os-release, such as `ubuntu`. */
  readonly id: string;
  /** `VERSION_ID`, empty where there is none. */
  readonly version: string;
  readonly kernel: string;
  readonly hostname: string;
  /** Whether the host can resolve its own name; null where the host has no program to tell. */
  readonly resolvesOwnName: boolean | null;
  /** Whether systemd is the running init. */
  readonly systemd: boolean;
}

/** System, kernel, init and own name of a host. */
export const os = defineFact<Readonly<Record<string, never>>, Os>({
  name: 'os',
  script: () => `fb os
read -r kernel </proc/sys/kernel/osrelease
read -r name </proc/sys/kernel/hostname
init=other own=unknown
if [ -d ${SYSTEMD_RUNNING_FOLDER} ]; then init=systemd; fi
if command -v getent >/dev/null; then
  if getent hosts "$name" >/dev/null; then own=yes; else own=no; fi
fi
printf '%s\\n' "$kernel" "$name" "$init" "$own"
cat /etc/os-release`,
  parse: ([frame], questions) => {
    if (frame === undefined) throw new FactError('no answer about the system');
    const [kernel = '', hostname = '', init = '', own = '', ...rest] = frame.body.split('\n');
    const release = parseOsRelease(rest.join('\n'));
    const answer: Os = {
      family: distributionFamily(release),
      id: release.get('ID') ?? '',
      version: release.get('VERSION_ID') ?? '',
      kernel,
      hostname,
      resolvesOwnName: own === 'unknown' ? null : own === 'yes',
      systemd: init === 'systemd',
    };
    return questions.map(() => answer);
  },
});
