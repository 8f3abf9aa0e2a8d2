/** Which variables a play names, and which of them are read from the hosts. */
import { conditionNames } from './condition.ts';
import type { Play, Task } from './playbook.ts';
import { namesIn } from './template.ts';
import type { Json } from '../core/json.ts';

/** The variables that are read from the hosts, and what each is about. All others are known before a host is read. */
export const FACT_ROOTS: Readonly<Record<string, string>> = {
  os: 'the operating system of the host: its `family` (`debian` or `redhat`), `id`, `version`, `kernel`, and whether it runs `systemd`. `os.packages` and `os.units` are the names that its distribution gives to packages and systemd units',
  pool: 'the pool: what was decided about it, the same for all hosts',
  nova: 'Nova on a compute node, and its base files',
  gate: 'which mounts let nova-compute start',
  glance: 'glance-api and its image store on a host of the group `glance`',
  removal: 'what `fastboot remove` does on a departing node',
  local: 'what `fastboot gc --local` does on a compute node',
};

/** The one of them that is about the host alone, whatever pool it belongs to. */
export const SYSTEM_ROOT = 'os';

/** The variables that a play names, such as `pool.gid`: each once, sorted. */
export function namesOf(play: Pick<Play, 'vars' | 'tasks' | 'handlers'>): readonly string[] {
  const names = [
    ...namesIn(play.vars),
    ...play.handlers.flatMap(taskNames),
    ...play.tasks.flatMap((node) =>
      node.kind === 'task'
        ? taskNames(node)
        : [
            ...node.when.flatMap(conditionNames),
            ...namesIn(node.stopDuring),
            ...node.tasks.flatMap(taskNames),
          ],
    ),
  ];
  return [...new Set(names)].sort();
}

/** The names that are read from the hosts. Where a playbook has none, its resources are known before any host is read. */
export function factNames(names: readonly string[]): readonly string[] {
  return names.filter((name) => Object.hasOwn(FACT_ROOTS, rootOf(name)));
}

/** The first part of a name: `pool` of `pool.gid`. */
export function rootOf(name: string): string {
  return name.split('.')[0] ?? '';
}

function taskNames(task: Task): readonly string[] {
  const loop =
    typeof task.loop === 'string' && !task.loop.includes('{{')
      ? [task.loop]
      : namesIn((task.loop ?? null) as Json);
  return [
    ...namesIn(task.params),
    ...namesIn(task.name),
    ...namesIn(task.notify),
    ...task.when.flatMap(conditionNames),
    ...loop,
  ];
}
