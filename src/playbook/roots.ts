import { conditionNames } from './condition.ts';
import type { Play, Task } from './playbook.ts';
import { namesIn } from './template.ts';
import type { Json } from '../core/json.ts';

/** The variables that come from reading the hosts; all others are known before. */
const FACT_ROOTS: readonly string[] = ['os', 'pool', 'nova', 'gate', 'glance', 'removal', 'local'];

/** The variables that a play names, such as `pool.gid`, each once, sorted. */
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

/** The facts that a play decides from. Where a playbook names none, its resources are known before any host is read. */
export function factNames(names: readonly string[]): readonly string[] {
  return names.filter((name) => FACT_ROOTS.includes(rootOf(name)));
}

/** The first part of a name. */
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
