import { conditionRoots } from './condition.ts';
import type { Playbook, Task } from './playbook.ts';
import { rootsIn } from './template.ts';
import type { Json } from '../core/json.ts';

/** The variables that come from reading the hosts; all others are known before. */
export const FACT_ROOTS: readonly string[] = ['os', 'pool', 'nova', 'gate'];

/** Which facts a playbook names. Where it names none, no facts need to be read before its resources are known. */
export function factRoots({ plays }: Playbook): readonly string[] {
  const roots = plays.flatMap((play) => [
    ...rootsIn(play.vars),
    ...play.handlers.flatMap(taskRoots),
    ...play.tasks.flatMap((node) =>
      node.kind === 'task'
        ? taskRoots(node)
        : [...node.when.flatMap(conditionRoots), ...rootsIn(node.quiesce), ...node.tasks.flatMap(taskRoots)],
    ),
  ]);
  return FACT_ROOTS.filter((root) => roots.includes(root));
}

function taskRoots(task: Task): readonly string[] {
  const loop =
    typeof task.loop === 'string' && !task.loop.includes('{{')
      ? [task.loop.split('.')[0] ?? '']
      : rootsIn((task.loop ?? null) as Json);
  return [...rootsIn(task.params), ...rootsIn(task.name), ...task.when.flatMap(conditionRoots), ...loop];
}
