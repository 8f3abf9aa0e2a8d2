/** All commands, in the order of the help. */
import type { AnyCommand } from '../command.ts';
import { apply } from './apply.ts';
import { gc } from './gc.ts';
import { history } from './history.ts';
import { init } from './init.ts';
import { inventory } from './inventory.ts';
import { plan } from './plan.ts';
import { remove } from './remove.ts';
import { show } from './show.ts';
import { validate } from './validate.ts';

export const commands: readonly AnyCommand[] = [
  init,
  validate,
  inventory,
  plan,
  show,
  apply,
  remove,
  gc,
  history,
];
