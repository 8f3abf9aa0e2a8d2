/** Recognizes inventories that are not YAML, so that a message can say how to convert them. */
import type { YamlNode } from '../core/yaml/node.ts';
import { entryOf } from '../core/yaml/node.ts';

/** A file that is an inventory of another kind. */
export interface OtherFormat {
  readonly message: string;
  /** What shows it. */
  readonly offset: number;
}

/** Recognizes INI inventories, scripts and configurations of plugins. Ansible can convert all of them. */
export function recognizeOther(text: string, root: YamlNode | undefined): OtherFormat | undefined {
  if (text.startsWith('#!'))
    return { message: 'this is a program (a dynamic inventory), not a YAML inventory', offset: 0 };
  if (root?.kind === 'map') {
    const plugin = entryOf(root, 'plugin');
    if (plugin?.value.kind !== 'scalar') return undefined;
    return {
      message: "this is an inventory plugin's configuration, not a YAML inventory",
      offset: plugin.key.start,
    };
  }
  const section = /^\[[\w.:-]+\][ \t]*(?:[#;].*)?\r?$/m.exec(text);
  const assignment = /^[\w.[\]:-]+[ \t]+[\w.-]+=\S/m.exec(text);
  const ini = section ?? assignment;
  return ini === null
    ? undefined
    : { message: 'this is an INI inventory, not a YAML one', offset: ini.index };
}
