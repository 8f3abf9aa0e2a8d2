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
 * @typedef {object} Module
 * @property {string} name
 * @property {string} doc its docstring
 * @property {[sibling: string, names: string[]][]} imports from other modules of the folder
 * @property {string[]} libraries modules of Python itself that it imports
 * @property {string} body all that follows the imports
 * @property {string[]} defines the names that it defines on its top level
 */

/** A definition on the top level of a module: def, class, or the left side of an assignment. */
const DEFINITION = /^(?:(?:def|class) (\w+)|(\w+(?:, \w+)*) = )/gm;
/** `import LIBRARY`, or `from SIBLING import NAMES`. */
const IMPORT = /^(?:import (?<library>\w+)|from (?<sibling>\w+) import (?<names>[\w, ]+))\n/;

/**
 * Takes a module apart; throws where it has another form than the joiner understands.
 * @param {string} name
 * @param {string} text
 * @param {ReadonlySet<string>} siblings names of all modules of the folder
 * @returns {Module}
 */
function parse(name, text, siblings) {
  /** @param {string} why */
  const mistake = (why) => new Error(`src/link-sync/${name}.py: ${why}`);
  const doc = /^"""([^]*?)"""\n/.exec(text)?.[0];
  if (doc === undefined) throw mistake('the module needs a docstring on its first line');
  let rest = text.slice(doc.length).trimStart();
  /** @type {Module['imports']} */
  const imports = [];
  const libraries = [];
  for (let found = IMPORT.exec(rest); found !== null; found = IMPORT.exec(rest)) {
    const { library, sibling = '', names = '' } = found.groups ?? {};
    if (library === undefined) {
      if (!siblings.has(sibling))
        throw mistake(`write "import ${sibling}": only sibling modules give single names`);
      imports.push([sibling, names.split(', ')]);
    } else {
      if (siblings.has(library))
        throw mistake(`write "from ${library} import NAME": the joined script has no module`);
      libraries.push(library);
    }
    rest = rest.slice(found[0].length).trimStart();
  }
  if (/^(?:import|from) /m.test(rest))
    throw mistake('all imports must be together, each on one line, without "as"');
  const defines = [...rest.matchAll(DEFINITION)].flatMap(
    ([, one, several]) => one ?? several?.split(', ') ?? [],
  );
  return { name, doc: doc.slice(3, -4), imports, libraries, body: rest.trim(), defines };
}

/**
 * Puts the modules that `name` needs into `done`, each after those that it imports, and then itself.
 * @param {string} name
 * @param {ReadonlyMap<string, Module>} modules
 * @param {ReadonlySet<string>} importers what led here: none of these may be imported again
 * @param {Map<string, Module>} done
 */
function addInOrder(name, modules, importers, done) {
  const module = modules.get(name);
  if (importers.has(name))
    throw new Error(`src/link-sync: modules import each other: ${[...importers, name].join(' > ')}`);
  if (module === undefined) throw new Error(`src/link-sync: there is no module ${name}`);
  if (done.has(name)) return;
  for (const [sibling, names] of module.imports) {
    addInOrder(sibling, modules, new Set([...importers, name]), done);
    const missing = names.filter((wanted) => !modules.get(sibling)?.defines.includes(wanted));
    if (missing.length > 0)
      throw new Error(`src/link-sync/${name}.py: ${sibling} does not define ${missing.join(', ')}`);
  }
  done.set(name, module);
}

/**
 * In the joined script all modules share their names, so no name may be defined twice.
 * @param {readonly Module[]} modules
 */
function requireUniqueNames(modules) {
  /** @type {Map<string, string>} */
  const homes = new Map();
  for (const { name, defines } of modules)
    for (const defined of new Set(defines)) {
      const other = homes.get(defined);
      if (other !== undefined)
        throw new Error(`src/link-sync: ${other}.py and ${name}.py both define ${defined}`);
      homes.set(defined, name);
    }
}

/**
 * A module as a part of the script, with its docstring as the heading.
 * @param {Module} module
 */
function section({ name, doc, body }) {
  const heading = doc.trim().split('\n');
  const comment = heading.map((line) => `# ${line}`.trimEnd()).join('\n');
  return `# ---- ${name} ${'-'.repeat(RULE_LENGTH - name.length - 8)}\n${comment}\n\n${body}\n`;
}

/**
 * Joins modules, each after those that it imports; `main` is the last one, and its docstring is the script's.
 * @param {Readonly<Record<string, string>>} sources the text of each module by its name
 * @returns {string} throws an Error where the modules do not fit together
 */
export function joinModules(sources) {
  const siblings = new Set(Object.keys(sources));
  const modules = new Map(Object.entries(sources).map(([name, text]) => [name, parse(name, text, siblings)]));
  /** @type {Map<string, Module>} */
  const done = new Map();
  addInOrder('main', modules, new Set(), done);
  const unused = [...siblings].filter((name) => !done.has(name));
  if (unused.length > 0) throw new Error(`src/link-sync: nothing imports ${unused.join(', ')}`);
  const ordered = [...done.values()];
  requireUniqueNames(ordered);
  const libraries = [...new Set(ordered.flatMap((module) => module.libraries))].sort();
  return [
    `${HEADER}"""${done.get('main')?.doc ?? ''}"""\n${libraries.map((library) => `import ${library}\n`).join('')}`,
    ...ordered.map((module) =>
      section(module.name === 'main' ? { ...module, doc: 'The command line.' } : module),
    ),
  ].join('\n\n');
}

/** @returns {Promise<string>} the script that src/link-sync makes */
export async function joinLinkSync() {
  /** @type {Record<string, string>} */
  const sources = {};
  for (const file of (await readdir(folder)).sort())
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
