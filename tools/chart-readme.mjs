// npm run chart:readme             writes the comments in values.yaml into the tables of the chart's README and the schema of the values
// npm run chart:readme -- --check  fails if one of them is out of date
// As for helm-docs, a comment that begins with `--` describes the value below. A line of hyphens with a title begins a
// table.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { parse } from 'yaml';

const LONGEST_DEFAULT = 80;
const chart = new URL('../deploy/helm/nestjs-auth-redirect/', import.meta.url);
const [values, readme, schema] = ['values.yaml', 'README.md', 'values.schema.json'].map((file) =>
  fileURLToPath(new URL(file, chart)),
);
const text = readFileSync(values, 'utf8');
const defaults = parse(text);
const prettier = await resolveConfig(schema);

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

/** Returns the schema with the descriptions of the values. */
async function describedSchema(json, entries) {
  const root = JSON.parse(json);
  for (const { path, description } of entries) {
    path.split('.').reduce(({ properties }, name) => properties[name], root).description = description;
  }
  return format(JSON.stringify(root), { ...prettier, filepath: schema });
}

const head = '\n| Value | Default | Meaning |\n|---|---|---|\n';
const entries = [...entriesOf(text.split('\n'))];
let tables = head;
for (const entry of entries) {
  tables += entry.title ? `\n### ${entry.title[0].toUpperCase()}${entry.title.slice(1)}\n${head}` : rowOf(entry);
}
const withTables = (old) =>
  old.replace(/(<!-- values -->\n).*(?=<!-- end of values -->)/s, (_all, begin) => `${begin}${tables}\n`);
const withDescriptions = (old) =>
  describedSchema(
    old,
    entries.filter(({ path }) => path),
  );
for (const [file, update] of [
  [readme, withTables],
  [schema, withDescriptions],
]) {
  const old = readFileSync(file, 'utf8');
  const current = await update(old);
  if (current === old) continue;
  if (!process.argv.includes('--check')) writeFileSync(file, current);
  else {
    process.stderr.write(`${basename(file)} of the chart is out of date. To update: npm run chart:readme\n`);
    process.exitCode = 1;
  }
}
