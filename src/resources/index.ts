/** The resource types that playbooks can use: every file of this folder with a default export is one. */
import all from 'registry:resources';
import type { AnyResource } from './resource.ts';

/** The resource types by the key of a task in a playbook, in the order of these keys. */
export const resourceTypes: Readonly<Record<string, AnyResource>> = Object.fromEntries(
  all.map((resource) => [resource.type, resource] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
);
