import type { YamlNode } from '../core/yaml/node.ts';
import { entryOf } from '../core/yaml/node.ts';

/** A file that is an inventory of another kind, and how that can be told. */
export interface OtherFormat {
  readonly message: string;
  readonly offset: number;
}

/** Recognizes INI inventories, scripts and plugin configurations, all of which Ansible itself can convert. */
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
