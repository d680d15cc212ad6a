import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Every line without its indentation: a part of a file is shown further left. */
function flush(text: string): string {
  return text.replaceAll(/^ +/gm, '').trim();
}

/** The TypeScript and the templates that the page shows. */
const blocks = [...readFileSync('docs/monolith.md', 'utf8').matchAll(/^```(?:ts|handlebars)\n(.*?)^```$/gms)].map(
  ([, block = '']) => block,
);

const sources = readdirSync('examples', { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(?:ts|hbs)$/.test(path))
  .map((path) => flush(readFileSync(join('examples', path), 'utf8')));

it('docs/monolith.md shows code', () => {
  expect(blocks.length).toBeGreaterThan(5);
});

it.each(blocks)('docs/monolith.md shows what the examples have, block %#', (block) => {
  expect(sources.filter((source) => source.includes(flush(block)))).not.toEqual([]);
});

it.each([...readFileSync('docs/monolith.md', 'utf8').matchAll(/\]\((?!http)([^)#]+)/g)].map(([, link = '']) => link))(
  'docs/monolith.md leads to %s',
  (link) => {
    expect(readFileOrFolder(join('docs', link))).toBe(true);
  },
);

function readFileOrFolder(path: string): boolean {
  return readdirSync(join(path, '..')).includes(path.replace(/\/$/, '').split('/').at(-1) ?? '');
}
