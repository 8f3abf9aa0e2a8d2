/** Parameters and modules of the kernel. */
import { quoteAll } from '../shell/quote.ts';
import { defineFact } from './query.ts';

/**
 * The value of a kernel parameter, with single blanks between its words; null where the kernel has no such parameter. It
 * is read with `cat`: most of these files must be read in one piece, and the `read` of a shell reads byte by byte.
 */
export const sysctl = defineFact<{ readonly name: string }, string | null>({
  name: 'sysctl',
  script: (questions) => `for p in ${quoteAll(questions.map(({ name }) => sysctlFile(name)))}; do
  if [ -r "$p" ] && value=$(cat "$p"); then fb sysctl "$p"; printf %s "$value"; fi
done`,
  parse: (frames, questions) => {
    const values = new Map(frames.map(({ head, body }) => [head.slice(1).join(' '), body]));
    return questions.map(({ name }) => values.get(sysctlFile(name))?.trim().replace(/\s+/g, ' ') ?? null);
  },
});

/** The file of a parameter. As for sysctl(8), a `/` in a name is a dot in the name of an interface. */
export function sysctlFile(name: string): string {
  return `/proc/sys/${name.replace(/[./]/g, (character) => (character === '.' ? '/' : '.'))}`;
}

/** Whether a kernel module is loaded, or built into the running kernel. */
export const kernelModule = defineFact<{ readonly name: string }, boolean>({
  name: 'kernel-module',
  script: (questions) => `read -r release </proc/sys/kernel/osrelease
for m in ${quoteAll(questions.map(({ name }) => name.replaceAll('-', '_')))}; do
  if [ -d "/sys/module/$m" ]; then fb kernel-module "$m"
  elif tr - _ <"/lib/modules/$release/modules.builtin" | grep -q "/$m\\.ko"; then fb kernel-module "$m"
  fi
done`,
  parse: (frames, questions) => {
    const present = new Set(frames.map(({ head }) => head[1]));
    return questions.map(({ name }) => present.has(name.replaceAll('-', '_')));
  },
});
