/** Ansible's tag `!unsafe`. */
import { countCopies } from './parse-state.ts';
import type { Context } from './parse-state.ts';
import type { YamlNode } from './node.ts';

/** Marks a node as unsafe; in a list or a mapping, all text in it. */
export function asUnsafe(context: Context, node: YamlNode): YamlNode {
  countCopies(context, 1, node.start);
  if (context.tooLarge) return node;
  switch (node.kind) {
    case 'map': {
      const entries = node.entries.map(({ key, value }) => ({ key, value: asUnsafe(context, value) }));
      return { ...node, entries };
    }
    case 'seq':
      return { ...node, items: node.items.map((item) => asUnsafe(context, item)) };
    case 'scalar':
      return node.type === 'string' ? { ...node, type: 'unsafe' } : node;
  }
}
