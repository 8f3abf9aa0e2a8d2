/** The pages of the documentation: their links, and the files that they name, exist. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const architecture = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
const ROOTS = ['docs', 'examples', 'playbooks', 'schemas', 'scripts', 'src', 'test'];

/** The paths between backquotes in a text, such as `src/plan/plan.ts`; of a pattern the folder. */
function pathsIn(text: string): readonly string[] {
  return [...text.matchAll(/`((?:[\w.-]+\/)+[\w.*-]*)`/g)]
    .map(([, path = '']) => path)
    .filter((path) => ROOTS.includes(path.split('/')[0] ?? ''));
}

/** Whether a path exists; `*` stands for any part of the last name. */
function exists(path: string): boolean {
  const [folder, name] = [path.slice(0, path.lastIndexOf('/')), path.slice(path.lastIndexOf('/') + 1)];
  if (!name.includes('*')) return existsSync(join(root, path));
  const pattern = new RegExp(`^${name.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
  return existsSync(join(root, folder)) && readdirSync(join(root, folder)).some((each) => pattern.test(each));
}

/** The anchors of a page: those that GitHub makes of headings, and those that the page sets itself. */
function anchorsOf(page: string): readonly string[] {
  const text = readFileSync(join(root, page), 'utf8');
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );
  return [...headings, ...[...text.matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id)];
}

describe('docs/architecture.md', () => {
  it('names files that exist', () => {
    expect(pathsIn(architecture).filter((path) => !exists(path))).toEqual([]);
  });

  it('answers at least ten questions, each with a file', () => {
    const [, table = ''] = architecture.split('## Where is …?');
    const rows = table.split('\n').filter((line) => /^\| (Where|Which)/.test(line));
    expect(rows.length).toBeGreaterThanOrEqual(10);
    for (const row of rows) expect(pathsIn(row).length, row).toBeGreaterThan(0);
  });

  it('has a row for every folder of src', () => {
    const folders = readdirSync(join(root, 'src'));
    expect(folders.filter((folder) => !architecture.includes(`| \`src/${folder}\``))).toEqual([]);
  });
});

describe('docs', () => {
  const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`);

  it.each([...pages, 'README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'])(
    '%s links to files and headings that exist',
    (page) => {
      const text = readFileSync(join(root, page), 'utf8');
      const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
      const wrong = links
        .filter((link) => !/^https?:/.test(link))
        .filter((link) => {
          const [file = '', heading] = link.split('#');
          const target = file === '' ? page : join(page, '..', file);
          if (!existsSync(join(root, target))) return true;
          return heading !== undefined && !anchorsOf(target).includes(heading);
        });
      expect(wrong).toEqual([]);
    },
  );
});

describe('facts that the code refers to', () => {
  const anchors = anchorsOf('docs/facts.md');
  const sources = ['src', 'playbooks', 'test', 'scripts'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|mjs|py|sh|js|ya?ml|service|conf)$|files\/link-sync$/.test(file))
      .map((file) => `${folder}/${file}`)
      .filter((file) => statSync(join(root, file)).isFile()),
  );

  it('exist, each with a heading of its own', () => {
    const wrong = sources.flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/docs\/facts\.md#([\w-]+)/g)]
        .map(([, anchor = '']) => anchor)
        .filter((anchor) => !anchors.includes(anchor))
        .map((anchor) => `${file}: ${anchor}`),
    );
    expect(wrong).toEqual([]);
  });

  it('are always links, never bare numbers', () => {
    const bare = sources.flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/\bfacts? (?:\d+|Q\d+)/gi)].map(
        ([text]) => `${file}: ${text}`,
      ),
    );
    // the test itself speaks of them
    expect(bare.filter((line) => !line.startsWith('test/docs/'))).toEqual([]);
  });
});
