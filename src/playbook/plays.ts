/** Reads plays, blocks and handlers of a playbook. */
import type { JsonObject } from '../core/json.ts';
import { suggest } from '../core/suggest.ts';
import { entryOf, toPlain } from '../core/yaml/node.ts';
import type { YamlMap, YamlNode } from '../core/yaml/node.ts';
import type { Block, Play, Task, TaskNode } from './playbook.ts';
import { placeOf, readWhen, rejectUnknown, reportError, textOf } from './read-helpers.ts';
import type { Reading } from './read-helpers.ts';
import { namesOf } from './variable-names.ts';
import { PLAY_KEYS } from './schema.ts';
import { readTask } from './tasks.ts';

/** Reads one play; undefined where it is not a mapping. Errors are collected in `reading`. */
export async function readPlay(node: YamlNode, folder: string, reading: Reading): Promise<Play | undefined> {
  if (node.kind !== 'map') {
    reportError(reading, node, 'a play must be a mapping with name, hosts and tasks');
    return undefined;
  }
  rejectUnknown(reading, node, PLAY_KEYS, 'a play');
  const hosts = textOf(reading, node, 'hosts');
  if (hosts === undefined) reportError(reading, node, 'a play needs `hosts`: a group, a host or all');
  const name = textOf(reading, node, 'name') ?? hosts ?? '';
  const handlers = await readTasks(node, 'handlers', folder, reading);
  const tasks = await readTasks(node, 'tasks', folder, reading);
  const vars = entryOf(node, 'vars')?.value;
  if (vars !== undefined && vars.kind !== 'map') reportError(reading, vars, '`vars` must be a mapping');
  const content = {
    vars: vars?.kind === 'map' ? (toPlain(vars) as JsonObject) : {},
    tasks,
    handlers: handlers.filter((handler): handler is Task => handler.kind === 'task'),
  };
  const play: Play = { name, hosts: hosts ?? '', ...content, names: namesOf(content), place: placeOf(node) };
  checkHandlers(play, handlers, reading, node);
  return play;
}

async function readTasks(
  play: YamlMap,
  key: string,
  folder: string,
  reading: Reading,
): Promise<readonly TaskNode[]> {
  const list = entryOf(play, key)?.value;
  if (list === undefined || (list.kind === 'scalar' && list.type === 'null')) return [];
  if (list.kind !== 'seq') {
    reportError(reading, list, `\`${key}\` must be a list of tasks`);
    return [];
  }
  const nodes: TaskNode[] = [];
  for (const item of list.items) {
    const node =
      item.kind === 'map' && holdsTasks(item)
        ? await readBlock(item, folder, reading)
        : await readTask(item, folder, reading);
    if (node !== undefined) nodes.push(node);
  }
  return nodes;
}

/** `block` with a list is a block of tasks; with parameters it is the resource of that name. */
function holdsTasks(node: YamlMap): boolean {
  const block = entryOf(node, 'block')?.value;
  return block !== undefined && block.kind !== 'map';
}

async function readBlock(node: YamlMap, folder: string, reading: Reading): Promise<Block> {
  rejectUnknown(reading, node, ['name', 'when', 'stop_during', 'block'], 'a block');
  const tasks = await readTasks(node, 'block', folder, reading);
  const inner = tasks.find((task) => task.kind === 'block');
  if (inner !== undefined)
    reportError(reading, node, 'a block cannot contain another block: move its tasks out');
  return {
    kind: 'block',
    name: textOf(reading, node, 'name') ?? '',
    when: readWhen(node, reading),
    stopDuring: textOf(reading, node, 'stop_during') ?? null,
    tasks: tasks.filter((task) => task.kind === 'task'),
    place: placeOf(node),
  };
}

/** Checks that each handler has its own name, and that every `notify` names a handler. */
function checkHandlers(play: Play, handlers: readonly TaskNode[], reading: Reading, node: YamlMap): void {
  const names = handlers.map((handler) => handler.name);
  if (handlers.some((handler) => handler.kind === 'block'))
    reportError(reading, node, 'a handler must be a task, not a block: make each of its tasks a handler');
  for (const name of new Set(names)) {
    if (names.indexOf(name) !== names.lastIndexOf(name))
      reportError(reading, node, `two handlers are named "${name}": rename one of them`);
  }
  for (const { place, loop, notify } of play.handlers) {
    if (loop === undefined && notify.length === 0) continue;
    const message = 'a handler cannot have `loop` or `notify`: remove it';
    reading.diagnostics.push({ ...place, severity: 'error', message });
  }
  const tasks = play.tasks.flatMap((task) => (task.kind === 'block' ? task.tasks : [task]));
  for (const task of tasks) {
    for (const name of task.notify.filter((each) => !names.includes(each))) {
      const near = suggest(name, names);
      reading.diagnostics.push({
        ...task.place,
        severity: 'error',
        message: `"${task.name}" notifies "${name}", which is not a handler of this play`,
        ...(near === undefined ? {} : { hint: `did you mean "${near}"?` }),
      });
    }
  }
}
