// Checks all Python files of the repository with ruff, by the rules of ruff.toml. Prints what it finds; exit code 1 if there is anything.
import { Workspace, PositionEncoding } from '@astral-sh/ruff-wasm-nodejs';
import { readFile } from 'node:fs/promises';
import { parse } from 'smol-toml';
import { filesWith } from './source-files.mjs';

const rules = parse(await readFile(new URL('../ruff.toml', import.meta.url), 'utf8'));
const ruff = new Workspace(rules, PositionEncoding.Utf32);

const files = await filesWith('.py', /^#!.*\bpython/);
let found = 0;
for (const { path, text } of files)
  for (const { code, message, start_location: at } of ruff.check(text)) {
    found += 1;
    console.error(`${path}:${at.row}:${at.column}: ${code ?? 'syntax'} ${message}`);
  }
console.error(`ruff: ${files.length} Python files, ${found === 0 ? 'nothing found' : `${found} findings`}`);
process.exitCode = found === 0 ? 0 : 1;
