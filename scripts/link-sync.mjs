// Joins the modules of src/link-sync into one script, playbooks/files/link-sync, which is what a backend gets.
// One file, because an operator can read it in one go and a plan can show it.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}/src/link-sync`;
const target = `${root}/playbooks/files/link-sync`;
const RULE_LENGTH = 110;
const HEADER = `#!/usr/bin/python3
# Managed by fastboot: changes will be overwritten
# Generated from src/link-sync/*.py: change those, then run "npm run build"
`;

/**
 * A module taken apart.
 * @typedef {{ name: string, doc: string, imports: Map<string, string[]>, libraries: string[], body: string, defines: string[] }} Module
 */

/** Where a name is defined on the top level of a module: def, class, or the left side of an assignment. */
const DEFINITION = /^(?:(?:def|class) (\w+)|(\w+(?:, \w+)*) = )/gm;

/** @returns {Module} the parts of a module; throws where it has another form than the joiner understands */
function parse(name, text, siblings) {
  const fail = (why) => {
    throw new Error(`src/link-sync/${name}.py: ${why}`);
  };
  const doc = /^"""([^]*?)"""\n/.exec(text)?.[0] ?? fail('the module needs a docstring on its first line');
  let rest = text.slice(doc.length);
  const imports = new Map();
  const libraries = [];
  for (;;) {
    const blank = /^\n+/.exec(rest)?.[0] ?? '';
    const [line, library, sibling, names] =
      /^(?:import (\w+)|from (\w+) import ([\w, ]+))\n/.exec(rest.slice(blank.length)) ?? [];
    if (line === undefined) break;
    if (library !== undefined)
      if (siblings.has(library)) fail(`write "from ${library} import NAME": the joined script has no module`);
      else libraries.push(library);
    else if (!siblings.has(sibling))
      fail(`write "import ${sibling}": only sibling modules give single names`);
    else imports.set(sibling, names.split(', '));
    rest = rest.slice(blank.length + line.length);
  }
  if (/^(?:import|from) /m.test(rest)) fail('all imports stand together, each on one line, without "as"');
  const defines = [...rest.matchAll(DEFINITION)].flatMap(([, one, several]) => one ?? several.split(', '));
  return { name, doc: doc.slice(3, -4), imports, libraries, body: rest.trim(), defines };
}

/** @returns {Module[]} the modules that `name` needs, each after those that it imports, and then itself */
function inOrder(name, modules, path = [], done = new Map()) {
  if (path.includes(name))
    throw new Error(`src/link-sync: modules import each other: ${[...path, name].join(' > ')}`);
  if (done.has(name)) return [...done.values()];
  const module = modules.get(name);
  for (const [sibling, names] of module.imports) {
    inOrder(sibling, modules, [...path, name], done);
    const missing = names.filter((wanted) => !modules.get(sibling).defines.includes(wanted));
    if (missing.length > 0)
      throw new Error(`src/link-sync/${name}.py: ${sibling} does not define ${missing}`);
  }
  done.set(name, module);
  return [...done.values()];
}

/** In the joined script all modules share their names, so no name may be defined twice. */
function requireUniqueNames(modules) {
  const homes = new Map();
  for (const { name, defines } of modules)
    for (const defined of new Set(defines)) {
      const other = homes.get(defined);
      if (other !== undefined)
        throw new Error(`src/link-sync: ${other}.py and ${name}.py both define ${defined}`);
      homes.set(defined, name);
    }
}

const section = ({ name, doc, body }) => {
  const lines = doc.trim().split('\n');
  return `# ---- ${name} ${'-'.repeat(RULE_LENGTH - name.length - 8)}\n${lines.map((line) => `# ${line}`.trimEnd()).join('\n')}\n\n${body}\n`;
};

/**
 * Joins modules, each after those that it imports; `main` is the last one, and its docstring is the script's.
 * @param {Readonly<Record<string, string>>} sources the text of each module by its name
 * @returns {string} throws an Error where the modules do not fit together
 */
export function joinModules(sources) {
  const names = Object.keys(sources);
  const siblings = new Set(names);
  const modules = new Map(names.map((name) => [name, parse(name, sources[name], siblings)]));
  const ordered = inOrder('main', modules);
  const unused = names.filter((name) => !ordered.includes(modules.get(name)));
  if (unused.length > 0) throw new Error(`src/link-sync: nothing imports ${unused.join(', ')}`);
  requireUniqueNames(ordered);
  const main = modules.get('main');
  const libraries = [...new Set(ordered.flatMap((module) => module.libraries))].sort();
  return [
    `${HEADER}"""${main.doc}"""\n${libraries.map((library) => `import ${library}\n`).join('')}`,
    ...ordered.map((module) => section(module === main ? { ...main, doc: 'The command line.' } : module)),
  ].join('\n\n');
}

/** @returns {Promise<string>} the script that src/link-sync makes */
export async function joinLinkSync() {
  const sources = {};
  for (const file of await readdir(folder))
    if (file.endsWith('.py'))
      sources[file.slice(0, -'.py'.length)] = await readFile(`${folder}/${file}`, 'utf8');
  return joinModules(sources);
}

/** Writes the joined script, unless it is up to date. */
export async function writeLinkSync() {
  const text = await joinLinkSync();
  if (text !== (await readFile(target, 'utf8').catch(() => '')))
    await writeFile(target, text, { mode: 0o755 });
}
