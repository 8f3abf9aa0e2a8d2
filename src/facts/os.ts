import { SYSTEMD_RUNNING_FOLDER } from '../core/host-paths.ts';
import { FactError } from './fact.ts';
import { defineFact } from './query.ts';

/** Which system a host runs. */
export interface Os {
  /** `debian`: apt and its names; `redhat`: dnf and its names. */
  readonly family: 'debian' | 'redhat' | 'other';
  /** `ID` of os-release, such as `ubuntu`. */
  readonly id: string;
  /** `VERSION_ID`, empty where there is none. */
  readonly version: string;
  readonly kernel: string;
  readonly hostname: string;
  /** Whether the host can resolve its own name; null where nothing could tell. */
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
    const [kernel = '', hostname = '', init = '', own = '', ...release] = frame.body.split('\n');
    const value = (key: string) => releaseValue(release, key);
    const answer: Os = {
      family: family([value('ID'), ...value('ID_LIKE').split(' ')]),
      id: value('ID'),
      version: value('VERSION_ID'),
      kernel,
      hostname,
      resolvesOwnName: own === 'unknown' ? null : own === 'yes',
      systemd: init === 'systemd',
    };
    return questions.map(() => answer);
  },
});

/** A value of os-release(5), its quotes taken off. */
function releaseValue(lines: readonly string[], key: string): string {
  const line = lines.find((text) => text.startsWith(`${key}=`)) ?? '';
  return line.slice(key.length + 1).replace(/^(["'])(.*)\1$/, '$2');
}

function family(ids: readonly string[]): Os['family'] {
  if (ids.some((id) => ['debian', 'ubuntu'].includes(id))) return 'debian';
  if (ids.some((id) => ['rhel', 'fedora', 'centos', 'rocky', 'almalinux'].includes(id))) return 'redhat';
  return 'other';
}
