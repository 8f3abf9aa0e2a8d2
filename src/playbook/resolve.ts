/** Fills in a play for one host: variables, conditions and loops, which makes the desired state. */
import type { Json, JsonObject } from '../core/json.ts';
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import type { DesiredState, Handler, Resource, ResourceGroup } from '../resources/desired-state.ts';
import { conditionNames, isMet } from './condition.ts';
import type { Place, Play, Task } from './playbook.ts';
import { rootOf } from './variable-names.ts';
import { lookUp, render } from './template.ts';
import { resourceTypes } from '../resources/index.ts';
import { validateParams } from '../resources/validate.ts';

/** A value that cannot be filled in, or parameters that are not valid once it is. */
export interface ResolveError {
  readonly place: Place;
  readonly task: string;
  readonly message: string;
}

/** What a play asks of one host. Pure: the same variables give the same desired state. */
export function resolvePlay(play: Play, hostVars: JsonObject): Result<DesiredState, ResolveError> {
  const vars = withPlayVars(play, hostVars);
  if (!vars.ok) return vars;
  const groups: ResourceGroup[] = [];
  for (const node of play.tasks) {
    if (node.kind === 'block') {
      const needed = areMet(node.when, vars.value, node);
      if (!needed.ok) return needed;
      if (!needed.value) continue;
    }
    const resources = resolveTasks(node.kind === 'block' ? node.tasks : [node], vars.value);
    if (!resources.ok) return resources;
    const stopDuring =
      node.kind === 'block' && node.stopDuring !== null ? render(node.stopDuring, vars.value) : ok(null);
    if (!stopDuring.ok) return failed(node, stopDuring.error);
    // the items of a loop are one unit only in a block
    const units = node.kind === 'block' ? [resources.value] : resources.value.map((resource) => [resource]);
    groups.push(
      ...units.map((own) => ({
        stopDuring: typeof stopDuring.value === 'string' ? stopDuring.value : null,
        resources: own,
      })),
    );
  }
  const handlers = resolveHandlers(play, vars.value);
  return handlers.ok ? ok({ groups, handlers: handlers.value }) : handlers;
}

function withPlayVars(play: Play, hostVars: JsonObject): Result<JsonObject, ResolveError> {
  let vars = hostVars;
  for (const [name, raw] of Object.entries(play.vars)) {
    const value = render(raw, vars);
    if (!value.ok)
      return err({ place: play.place, task: `vars of play "${play.name}"`, message: value.error });
    vars = { ...vars, [name]: value.value };
  }
  return ok(vars);
}

function resolveTasks(tasks: readonly Task[], vars: JsonObject): Result<readonly Resource[], ResolveError> {
  const resources: Resource[] = [];
  for (const task of tasks) {
    // conditions without `item` are tested first, once: they may say that the list of the loop does not exist
    const aboutItem = task.when.filter((condition) =>
      conditionNames(condition).some((name) => rootOf(name) === 'item'),
    );
    const aboutTask = task.when.filter((condition) => !aboutItem.includes(condition));
    const needed = areMet(aboutTask, vars, task);
    if (!needed.ok) return needed;
    if (!needed.value) continue;
    const items = loopItems(task, vars);
    if (!items.ok) return failed(task, items.error);
    for (const item of items.value) {
      const itemVars = task.loop === undefined ? vars : { ...vars, item };
      const isWanted = areMet(aboutItem, itemVars, task);
      if (!isWanted.ok) return isWanted;
      if (!isWanted.value) continue;
      const resource = resolveTask(task, itemVars);
      if (!resource.ok) return resource;
      resources.push(resource.value);
    }
  }
  return ok(resources);
}

/** A handler whose condition is not met may name variables that this host does not have: then it is left out. */
function resolveHandlers(play: Play, vars: JsonObject): Result<readonly Handler[], ResolveError> {
  const handlers: Handler[] = [];
  for (const task of play.handlers) {
    const enabled = areMet(task.when, vars, task);
    if (!enabled.ok) return enabled;
    const resource = resolveTask(task, vars);
    if (resource.ok) handlers.push({ ...resource.value, enabled: enabled.value });
    else if (enabled.value) return resource;
  }
  return ok(handlers);
}

function resolveTask(task: Task, vars: JsonObject): Result<Resource, ResolveError> {
  const name = render(task.name, vars);
  if (!name.ok) return failed(task, name.error);
  const rendered = render(task.params, vars);
  if (!rendered.ok) return failed(task, rendered.error);
  const notify = render(task.notify, vars);
  if (!notify.ok) return failed(task, notify.error);
  const resource = resourceTypes[task.type];
  if (resource === undefined) return failed(task, `there is no resource type "${task.type}"`);
  const params = { ...(rendered.value as JsonObject), ...task.literals };
  const problem = validateParams(resource, params);
  if (problem !== undefined) return failed(task, problem);
  return ok({
    task: asText(name.value),
    resource,
    params,
    notify: (notify.value as readonly Json[]).map(asText),
  });
}

const asText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

function loopItems(task: Task, vars: JsonObject): Result<readonly Json[], string> {
  if (task.loop === undefined) return ok([null]);
  const value =
    typeof task.loop === 'string' && !task.loop.includes('{{')
      ? lookUp(task.loop, vars)
      : render(task.loop as Json, vars);
  if (!value.ok) return value;
  return Array.isArray(value.value) ? ok(value.value as readonly Json[]) : err('`loop` must be a list');
}

function areMet(
  conditions: readonly string[],
  vars: JsonObject,
  node: { readonly place: Place; readonly name: string },
): Result<boolean, ResolveError> {
  for (const condition of conditions) {
    const result = isMet(condition, vars);
    if (!result.ok) return failed(node, `when: ${result.error}`);
    if (!result.value) return ok(false);
  }
  return ok(true);
}

function failed(
  node: { readonly place: Place; readonly name: string },
  message: string,
): { ok: false; error: ResolveError } {
  return { ok: false, error: { place: node.place, task: node.name, message } };
}
