/** The versions of what VMs run on. */
import { versionPackages } from '../formats/distributions.ts';
import { quoteAll } from '../shell/quote.ts';
import { defineFact } from './query.ts';

/** A package as dpkg or rpm has it installed. */
export interface Installed {
  readonly name: string;
  readonly version: string;
}

/** Null where the host has no such package: it is in a container, or not there at all. */
export interface Virtualization {
  readonly nova: Installed | null;
  readonly libvirt: Installed | null;
  readonly qemu: Installed | null;
}

const PACKAGES = {
  nova: versionPackages('nova'),
  libvirt: versionPackages('libvirt'),
  qemu: versionPackages('qemu'),
};

/** nova-compute, libvirt and QEMU, in one question to the database of packages. */
export const virtualization = defineFact<Readonly<Record<string, never>>, Virtualization>({
  name: 'virtualization',
  once: true,
  script: () => {
    const names = quoteAll(Object.values(PACKAGES).flat());
    return `fb virtualization
if command -v dpkg-query >/dev/null; then dpkg-query -W -f '\${db:Status-Status}\\t\${Package}\\t\${Version}\\n' ${names}
elif command -v rpm >/dev/null; then rpm -q --qf 'installed\\t%{NAME}\\t%{VERSION}-%{RELEASE}\\n' ${names}
fi`;
  },
  parse: ([frame], questions) => {
    const versions = new Map<string, string>();
    for (const line of frame?.body.split('\n') ?? []) {
      const [status, name, version] = line.split('\t');
      if (status === 'installed' && name !== undefined && version !== undefined) versions.set(name, version);
    }
    const first = (names: readonly string[]): Installed | null => {
      const name = names.find((each) => versions.has(each));
      return name === undefined ? null : { name, version: versions.get(name) ?? '' };
    };
    const answer: Virtualization = {
      nova: first(PACKAGES.nova),
      libvirt: first(PACKAGES.libvirt),
      qemu: first(PACKAGES.qemu),
    };
    return questions.map(() => answer);
  },
});
