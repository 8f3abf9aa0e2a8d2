/** Installed packages, by dpkg or rpm. */
import { quoteAll } from '../shell/quote.ts';
import { defineFact } from './query.ts';

export type PackageManager = 'apt' | 'dnf' | 'yum' | 'none';

export interface PackageState {
  readonly manager: PackageManager;
  /** Whether it is unpacked and configured. A removed package whose configuration is left is not installed. */
  readonly installed: boolean;
  /** Empty where it is not installed. */
  readonly version: string;
}

/** A package by its name without architecture. All names are one question to the database of packages. */
export const packageFact = defineFact<{ readonly name: string }, PackageState>({
  name: 'package',
  script: (questions) => {
    const names = quoteAll(questions.map((question) => question.name));
    return `if command -v apt-get >/dev/null; then
  fb package apt
  dpkg-query -W -f '\${Package}\\t\${db:Status-Status}\\t\${Version}\\n' ${names}
elif command -v dnf >/dev/null; then
  fb package dnf
  rpm -q --qf '%{NAME}\\tinstalled\\t%{VERSION}-%{RELEASE}\\n' ${names}
elif command -v yum >/dev/null; then
  fb package yum
  rpm -q --qf '%{NAME}\\tinstalled\\t%{VERSION}-%{RELEASE}\\n' ${names}
fi`;
  },
  parse: ([frame], questions) => {
    const manager = toManager(frame?.head[1]);
    const versions = new Map<string, string>();
    for (const line of frame?.body.split('\n') ?? []) {
      const [name, status, version] = line.split('\t');
      if (name !== undefined && status === 'installed') versions.set(name, version ?? '');
    }
    return questions.map(({ name }) => ({
      manager,
      installed: versions.has(name),
      version: versions.get(name) ?? '',
    }));
  },
});

function toManager(word: string | undefined): PackageManager {
  return word === 'apt' || word === 'dnf' || word === 'yum' ? word : 'none';
}
