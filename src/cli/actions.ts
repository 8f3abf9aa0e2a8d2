import type { Environment } from '../commands/run/environment.ts';
import type { Actions } from './program.ts';

/** Each command, loaded only when it is called: `fastboot --help` needs neither ssh2 nor listr2. */
export function createActions(environmentOf: (color: 'auto' | 'always' | 'never') => Environment): Actions {
  return {
    init: async (file) => (await import('../commands/init.ts')).init(file, environmentOf('auto')),
    validate: async (file, options) =>
      (await import('../commands/validate.ts')).validate(
        file,
        { limit: undefined, playbook: options.playbook, verbose: options.verbose },
        environmentOf('auto'),
      ),
    inventory: async (file, options) =>
      (await import('../commands/inventory.ts')).inventory(file, options, environmentOf('auto')),
    plan: async (file, options) =>
      (await import('../commands/plan.ts')).plan(file, options, environmentOf(options.color)),
    show: async (file, options) =>
      (await import('../commands/show.ts')).show(file, options, environmentOf(options.color)),
    apply: async (file, options) =>
      (await import('../commands/apply.ts')).apply(file, options, environmentOf(options.color)),
    remove: async (file, hosts, options) =>
      (await import('../commands/remove.ts')).remove(file, hosts, options, environmentOf(options.color)),
    gc: async (file, options) =>
      (await import('../commands/gc.ts')).gc(file, options, environmentOf(options.color)),
    history: async (file, options) =>
      (await import('../commands/history.ts')).history(file, options, environmentOf(options.color)),
  };
}
