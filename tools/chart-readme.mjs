// npm run chart:readme             writes the tables of values into the README of the chart, from the comments in values.yaml
// npm run chart:readme -- --check  fails if the README is out of date
// A comment that begins with `--` describes the value below it, as for helm-docs. A line of hyphens with a title begins a table.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const LONGEST_DEFAULT = 80;
const chart = new URL('../deploy/helm/nestjs-auth-redirect/', import.meta.url);
const [values, readme] = ['values.yaml', 'README.md'].map((file) => fileURLToPath(new URL(file, chart)));
const text = readFileSync(values, 'utf8');
const defaults = parse(text);

/** Yields the titles, and the described values by path. */
function* entriesOf(lines) {
  const names = [];
  let comment = [];
  for (const line of lines) {
    const [, title] = /^# -{10,} (.+)$/.exec(line) ?? [];
    const [, indentation, name] = /^( *)([\w-]+):/.exec(line) ?? [];
    if (title !== undefined) yield { title };
    else if (/^ *#/.test(line)) comment.push(line.replace(/^ *# ?/, ''));
    else if (name !== undefined) {
      names.splice(indentation.length / 2, Infinity, name);
      if (comment[0]?.startsWith('-- ')) yield { path: names.join('.'), description: comment.join(' ').slice(3) };
    }
    if (!/^ *#/.test(line)) comment = [];
  }
}

function rowOf({ path, description }) {
  const value = path.split('.').reduce((map, name) => map[name], defaults);
  const json = JSON.stringify(value);
  const shown = json.length > LONGEST_DEFAULT ? '[values.yaml](values.yaml)' : `\`${json}\``;
  return `| \`${path}\` | ${shown} | ${description.replaceAll(/[|<]/g, '\\$&')} |\n`;
}

const head = '\n| Value | Default | Meaning |\n|---|---|---|\n';
let tables = head;
for (const entry of entriesOf(text.split('\n'))) {
  tables += entry.title ? `\n### ${entry.title[0].toUpperCase()}${entry.title.slice(1)}\n${head}` : rowOf(entry);
}
const old = readFileSync(readme, 'utf8');
const current = old.replace(/(<!-- values -->\n).*(?=<!-- end of values -->)/s, (_all, begin) => begin + tables + '\n');
if (process.argv.includes('--check') && current !== old) {
  process.stderr.write('The README of the chart is out of date. To update: npm run chart:readme\n');
  process.exit(1);
}
if (!process.argv.includes('--check')) writeFileSync(readme, current);
