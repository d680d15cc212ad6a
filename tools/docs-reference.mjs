// npm run docs:reference             writes the tables of the documentation that come from the code
// npm run docs:reference -- --check  fails if one is out of date, or if a variable or an option of the module is in no table or in two
//
// A page has a table between <!-- reference: KIND … --> and <!-- end of reference -->:
//   variables NAME …            environment variables: the doc comments of Environment, or of the options that they set
//   options FILE CLASS [NAME …] options: the doc comments of a class, all of its members or those with these names
//   refusals                    the codes of errors.ts, by group
//   metrics                     the names, labels and help texts of the service's metrics
//   chart                       the tables of the chart's README
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const OPTIONS = 'src/auth-redirect/options';
const MODULE_OPTIONS = `${OPTIONS}/auth-redirect.options.ts`;
const CHART = 'deploy/helm/nestjs-auth-redirect';
const END = '<!-- end of reference -->';
const MARKER = /<!-- reference: (.+?) -->\n.*?<!-- end of reference -->/gs;

const parsed = new Map();
const problems = [];

/** Returns the syntax tree of a file. */
function parse(file) {
  if (!parsed.has(file)) {
    parsed.set(file, ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true));
  }
  return parsed.get(file);
}

function* nodesIn(node) {
  yield node;
  for (const child of node.getChildren()) yield* nodesIn(child);
}

/** Returns the members of a class by name, with their doc comments. */
function membersOf(file, className) {
  const isClass = (node) => ts.isClassDeclaration(node) && node.name?.text === className;
  const [found] = parse(file).statements.filter(isClass);
  if (!found) throw new Error(`${file} has no class ${className}`);
  const members = found.members.filter(
    (member) => ts.isPropertyDeclaration(member) && !member.name.text.startsWith('#'),
  );
  return new Map(members.map((member) => [member.name.text, describe(member)]));
}

function describe(member) {
  const [comment] = ts.getJSDocCommentsAndTags(member).filter(ts.isJSDoc);
  const text = (ts.getTextOfJSDocComment(comment?.comment) ?? '').replaceAll(/\s+/g, ' ');
  const [sentence, stated] = /\s*Default(?: and maximum)?: (.+?)\.(?=\s|$)/.exec(text) ?? [''];
  const meaning = text.replace(sentence, '').trim();
  const { initializer, questionToken } = member;
  const isOptional = questionToken !== undefined || initializer !== undefined;
  return { meaning, default: stated ?? valueOf(initializer) ?? (isOptional ? 'none' : 'required') };
}

function valueOf(initializer) {
  if (initializer === undefined || ts.isArrayLiteralExpression(initializer)) return undefined;
  return `\`${ts.isStringLiteral(initializer) ? initializer.text : initializer.getText()}\``;
}

/** Returns the string constants of an object literal by name, including those of spread objects. */
function constantsOf(file, name) {
  const declaration = [...nodesIn(parse(file))].find(
    (node) => ts.isVariableDeclaration(node) && node.name.text === name,
  );
  const entries = (object) =>
    object.properties.flatMap((property) =>
      ts.isSpreadAssignment(property)
        ? constantsOf(file, property.expression.getText())
        : [[property.name.text, property.initializer.text]],
    );
  return entries(
    ts.isAsExpression(declaration.initializer) ? declaration.initializer.expression : declaration.initializer,
  );
}

/** Returns the variables of the service, with the option that each sets and its description. */
function environmentVariables() {
  const file = 'src/service/configuration/module-options.ts';
  const own = membersOf('src/service/configuration/environment.ts', 'Environment');
  const variables = new Map([...own].filter(([name]) => name === name.toUpperCase()));
  const sources = [
    ['', constantsOf(file, 'OPTIONS'), membersOf(MODULE_OPTIONS, 'AuthRedirectOptions')],
    ['branding.', constantsOf(file, 'BRANDING'), membersOf(`${OPTIONS}/branding.options.ts`, 'BrandingOptions')],
  ];
  for (const [prefix, names, options] of sources) {
    for (const [option, variable] of names) {
      variables.set(variable, { option: `${prefix}${option}`, ...options.get(option) });
    }
  }
  return variables;
}

const variables = environmentVariables();
const moduleOptions = membersOf(MODULE_OPTIONS, 'AuthRedirectOptions');
const documented = { variables: [], options: [] };

function variablesTable(...names) {
  documented.variables.push(...names);
  const rows = names.map((name) => {
    const { option, meaning, default: value } = known(variables, name);
    return [`\`${name}\``, option ? `\`${option}\`` : '', inText(meaning), inText(value)];
  });
  return tableOf(['Variable', 'Option of the module', 'Meaning', 'Default'], rows);
}

function optionsTable(file, className, ...names) {
  const members = membersOf(file, className);
  const chosen = names.length > 0 ? names : [...members.keys()];
  if (className === 'AuthRedirectOptions') documented.options.push(...chosen);
  const rows = chosen.map((name) => {
    const { meaning, default: value } = known(members, name);
    return [`\`${name}\``, inText(meaning), inText(value)];
  });
  return tableOf(['Option', 'Meaning', 'Default'], rows);
}

function refusalsTable() {
  const [, list] = /export const REFUSALS = \{\n(.*?)\n\} as const/s.exec(
    readFileSync('src/auth-redirect/errors.ts', 'utf8'),
  );
  const groups = list.split(/^ {2}\/\/ (.+)$/m).slice(1);
  const calls = [...nodesIn(parse('src/auth-redirect/errors.ts'))].filter(
    (node) => ts.isPropertyAssignment(node) && ts.isCallExpression(node.initializer),
  );
  const rows = new Map(calls.map((node) => [node.name.getText(), refusalRow(node.name.getText(), node.initializer)]));
  let text = '';
  for (let index = 0; index < groups.length; index += 2) {
    const codes = [...groups[index + 1].matchAll(/^ {2}(\w+):/gm)].map(([, code]) => rows.get(code));
    text += `\n### ${groups[index]}\n${tableOf(['Code', 'Status', 'Page', 'Meaning'], codes)}`;
  }
  return text;
}

/** Returns the row of a refusal, which is a call of one of three functions of errors.ts. */
function refusalRow(code, { expression, arguments: values }) {
  const texts = values.map((value) => value.text);
  const [status, page, meaning] = {
    refusal: texts,
    malformedLink: ['400', 'malformed_link', ...texts],
    notValid: ['401', 'not_valid', ...texts],
  }[expression.getText()];
  return [`[\`${code}\`](../how-to/troubleshooting.md#${code})`, status, `\`${page}\``, inText(meaning)];
}

function metricsTable() {
  const files = readdirSync('src/service/metrics').map((file) => join('src/service/metrics', file));
  const calls = files
    .flatMap((file) => [...nodesIn(parse(file))])
    .filter(isMetric)
    .map(metricOf);
  const rows = calls.map(({ name, type, labels, help }) => [`\`${name}\``, type, labels.join(', '), inText(help)]);
  return tableOf(['Metric', 'Type', 'Labels', 'Meaning'], rows);
}

function isMetric(node) {
  const [first] = node.arguments ?? [];
  const name = first && (ts.isObjectLiteralExpression(first) ? first.properties[0]?.initializer : first);
  return name !== undefined && ts.isStringLiteral(name) && name.text.startsWith('auth_redirect_');
}

/** Parses `this.#counter(name, help, labels)` or `new Gauge({ name, help })`. */
function metricOf({ expression, arguments: [first, help, labels] }) {
  const type = expression.getText().replace('this.#', '').toLowerCase();
  if (ts.isObjectLiteralExpression(first)) {
    const [name, text] = first.properties.map(({ initializer }) => initializer.text);
    return { name, type, labels: [], help: text };
  }
  return { name: first.text, type, labels: labelsOf(labels), help: help.text };
}

function labelsOf(node) {
  const list = ts.isIdentifier(node)
    ? [...nodesIn(node.getSourceFile())].find(
        (other) => ts.isVariableDeclaration(other) && other.name.getText() === node.text,
      ).initializer
    : node;
  return list.elements.map(({ text }) => `\`${text}\``);
}

function chartTables(page) {
  const [, tables] = /<!-- values -->\n(.*)<!-- end of values -->/s.exec(readFileSync(`${CHART}/README.md`, 'utf8'));
  return tables
    .replaceAll(/^###/gm, '##')
    .replaceAll('](values.yaml)', `](${relative(join(page, '..'), `${CHART}/values.yaml`)})`);
}

function known(members, name) {
  const member = members.get(name);
  if (!member?.meaning) problems.push(`${name} is unknown, or has no doc comment`);
  return member ?? { meaning: '', default: '' };
}

/** Formats a text of a doc comment for a table. */
function inText(text) {
  return text
    .replaceAll(/\{@link (?:\w+\.)?(\w+)\}/g, '`$1`')
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith('`') ? part : part.replaceAll(/[<_]/g, '\\$&')))
    .join('')
    .replaceAll('|', '\\|');
}

function tableOf(head, rows) {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `\n${lines.join('\n')}\n`;
}

const TABLES = { variables: variablesTable, options: optionsTable, refusals: refusalsTable, metrics: metricsTable };

function withTables(page, text) {
  return text.replaceAll(MARKER, (_all, words) => {
    const [kind, ...values] = words.split(' ');
    const table = kind === 'chart' ? chartTables(page) : TABLES[kind](...values);
    return `<!-- reference: ${words} -->\n${table}\n${END}`;
  });
}

const isCheck = process.argv.includes('--check');
const pages = readdirSync('docs', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md') && !/^(?:api|\.vitepress)\//.test(file))
  .map((file) => join('docs', file));
for (const page of pages) {
  const text = readFileSync(page, 'utf8');
  const current = withTables(page, text);
  if (current === text) continue;
  if (isCheck) problems.push(`${page} is out of date. To update: npm run docs:reference`);
  else writeFileSync(page, current);
}

const optionsOfVariables = [...variables.values()].map(({ option }) => option);
const ownOptions = [...moduleOptions.keys()].filter((name) => !optionsOfVariables.includes(name));
for (const [names, all] of [
  [documented.variables, [...variables.keys()]],
  [documented.options, ownOptions],
]) {
  problems.push(...all.filter((name) => !names.includes(name)).map((name) => `${name} is in no table`));
  problems.push(
    ...names.filter((name, index) => names.indexOf(name) < index).map((name) => `${name} is in two tables`),
  );
}
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exit(1);
