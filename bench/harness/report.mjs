import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { barChart } from './chart.mjs';
import { inWords } from './machine.mjs';
import { ROOT } from './options.mjs';

const RESULTS = join(ROOT, 'bench/results');

const cell = (value) => (typeof value === 'number' ? value.toLocaleString('en-US') : (value ?? '–'));

/** @param {Record<string, unknown>[]} rows with the same columns; the first is text, the others are numbers */
export function markdownTable(rows) {
  const columns = Object.keys(rows[0]);
  const lines = [
    columns,
    columns.map((_, at) => (at === 0 ? '---' : '--:')),
    ...rows.map((row) => Object.values(row).map(cell)),
  ];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

export function printTable(title, rows) {
  const columns = Object.keys(rows[0]);
  const lines = [columns, ...rows.map((row) => Object.values(row).map(cell))];
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => String(line[at]).length)));
  const padded = (text, at) => (at === 0 ? String(text).padEnd(widths[at]) : String(text).padStart(widths[at]));
  process.stdout.write(`\n${title}\n${lines.map((line) => line.map(padded).join('  ')).join('\n')}\n`);
}

/**
 * Prints the tables, and writes `<name>.json`, `.md` and `.svg`.
 *
 * @param {{ title: string, conditions: object, tables: { title: string, rows: object[] }[], notes: string[],
 *   measured: object, chart: object }} report
 */
export function writeReport(name, { title, conditions, tables, notes, measured, chart }) {
  for (const table of tables) printTable(table.title, table.rows);
  process.stdout.write(`\n${notes.map((note) => `${note}\n`).join('')}`);
  mkdirSync(RESULTS, { recursive: true });
  const sections = tables.flatMap((table) => [`## ${table.title}`, markdownTable(table.rows)]);
  const list = notes.map((note) => `- ${note}`).join('\n');
  const markdown = [`# ${title}`, `${inWords(conditions)}.`, `![${chart.title}](${name}.svg)`, ...sections, list];
  writeFileSync(join(RESULTS, `${name}.md`), `${markdown.join('\n\n')}\n`);
  writeFileSync(join(RESULTS, `${name}.json`), `${JSON.stringify({ conditions, ...measured }, null, 2)}\n`);
  writeFileSync(join(RESULTS, `${name}.svg`), barChart({ ...chart, caption: inWords(conditions) }));
  process.stdout.write(`Written: bench/results/${name}.json, .md and .svg\n`);
}
