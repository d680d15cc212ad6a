// npm run docs:reference             writes the tables of the documentation that come from the code
// npm run docs:reference -- --check  fails if one is out of date, if a variable or an option is in no table or in two, or if a page
//                                    repeats a row or a default of these tables by hand
//
// A page has a table between <!-- reference: KIND … --> and <!-- end of reference -->:
//   variables NAME …            environment variables: the doc comments of Environment, or of the options that they set
//   options FILE TYPE [NAME …]  options: the doc comments of a class or an interface, all of its members or those with these names
//   presets                     the gateways of sms-code
//   refusals                    the codes of errors.ts, by group
//   metrics                     the names, labels and help texts of the service's metrics
//   chart                       the tables of the chart's README
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { membersOf, optionClasses, parse } from './option-docs.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const OPTIONS = 'src/auth-redirect/options';
const MODULE_OPTIONS = `${OPTIONS}/auth-redirect.options.ts`;
const CHART = 'deploy/helm/nestjs-auth-redirect';
const ERRORS = 'src/auth-redirect/errors.ts';
/** Pages whose first column contains words that look like codes of refusals. */
const HAS_OTHER_WORDS = /^docs\/(?:steps\/|reference\/refusals)/;
/** Pages that describe options. */
const REFERENCE = /^docs\/(?:steps|reference)\//;
const END = '<!-- end of reference -->';
const MARKER = /<!-- reference: (.+?) -->\n.*?<!-- end of reference -->/gs;

const problems = [];

function* nodesIn(node) {
  yield node;
  for (const child of node.getChildren()) yield* nodesIn(child);
}

/** Returns the string constants of an object literal by name, including those of spread literals. */
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
const metrics = serviceMetrics();
const { REFUSALS } = await exportsOf(ERRORS);
const { GATEWAY_PRESETS } = await exportsOf('src/steps/sms-code/gateway-presets.ts');
const documented = { variables: [], options: [] };

function variablesTable(...names) {
  documented.variables.push(...names);
  const rows = names.map((name) => {
    const { option, meaning, default: value } = known(variables, name);
    return [`\`${name}\``, option ? `\`${option}\`` : '', inText(meaning), inText(value)];
  });
  return tableOf(['Variable', 'Option of the module', 'Meaning', 'Default'], rows);
}

function optionsTable(file, typeName, ...names) {
  const members = membersOf(file, typeName);
  const chosen = names.length > 0 ? names : [...members.keys()];
  documented.options.push(...chosen.map((name) => `${members.get(name)?.owner ?? typeName}.${name}`));
  const rows = chosen.map((name) => {
    const { meaning, type, default: value } = known(members, name);
    return [`\`${name}\``, type, inText(value), inText(meaning)];
  });
  return tableOf(['Option', 'Type', 'Default', 'Meaning'], rows);
}

/** Evaluates a file that imports only types. */
async function exportsOf(file) {
  const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
  });
  return import(`data:text/javascript,${encodeURIComponent(outputText)}`);
}

function presetRow([name, { account, oneOf = [], secrets, request }]) {
  const { pathname } = new URL(
    request.url.replace('{{baseUrl}}', 'https://gateway').replaceAll('{{', '{').replaceAll('}}', '}'),
  );
  const options = Object.entries(account).map(([option, { example, default: byDefault, variable }]) => {
    const isOptional = byDefault !== undefined && !oneOf.includes(option);
    return `\`${option}\`: ${example}${instead(variable)}${isOptional ? ' (optional)' : ''}`;
  });
  const choice = oneOf.length > 0 ? `; exactly one of ${oneOf.map((option) => `\`${option}\``).join(' and ')}` : '';
  const files = Object.entries(secrets).map(
    ([secret, { variable, isOptional }]) => `\`${secret}\`${instead(variable)}${isOptional ? ' (optional)' : ''}`,
  );
  const answer = `\`POST ${decodeURI(pathname)}\`, ${request.success.statuses.join(' or ')}`;
  return [`\`${name}\``, `${options.join('; ')}${choice}`, files.join(', '), answer];
}

function instead(variable) {
  return variable === undefined ? '' : ` or the variable \`${variable}\``;
}

function presetsTable() {
  const rows = Object.entries(GATEWAY_PRESETS).map(presetRow);
  return tableOf(['`preset`', '`account`', '`secretFiles`', 'Request, and its status'], rows);
}

/** The comments in the list of refusals are the titles of its groups. */
function refusalsTable() {
  const [, list] = /export const REFUSALS = \{\n(.*?)\n\} as const/s.exec(readFileSync(ERRORS, 'utf8'));
  const [, ...groups] = list.split(/^ {2}\/\/ /m);
  const tables = groups.map((group) => {
    const rows = [...group.matchAll(/^ {2}(\w+):/gm)].map(([, code]) => refusalRow(code));
    return `\n### ${group.split('\n')[0]}\n${tableOf(['Code', 'Status', 'Page', 'Meaning'], rows)}`;
  });
  return tables.join('');
}

function refusalRow(code) {
  const { status, cause, message } = REFUSALS[code];
  return [`[\`${code}\`](../how-to/troubleshooting.md#${code})`, status, `\`${cause}\``, inText(message)];
}

/** Returns the metrics of the service by their names. */
function serviceMetrics() {
  const files = readdirSync('src/service/metrics').map((file) => join('src/service/metrics', file));
  const calls = files.flatMap((file) => [...nodesIn(parse(file))]).filter(isMetric);
  return new Map(calls.map(metricOf).map((metric) => [metric.name, metric]));
}

function metricsTable() {
  const rows = [...metrics.values()].map(({ name, type, labels, help }) => [
    `\`${name}\``,
    type,
    labels.join(', '),
    inText(help),
  ]);
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

const TABLES = {
  variables: variablesTable,
  options: optionsTable,
  presets: presetsTable,
  refusals: refusalsTable,
  metrics: metricsTable,
};

function withTables(page, text) {
  return text.replaceAll(MARKER, (_all, words) => {
    const [kind, ...values] = words.split(' ');
    const table = kind === 'chart' ? chartTables(page) : TABLES[kind](...values);
    return `<!-- reference: ${words} -->\n${table}\n${END}`;
  });
}

/**
 * Reports facts from the generated reference that a page repeats by hand: defaults, and rows of refusals and metrics.
 */
function findRepeatedFacts(page, text) {
  for (const line of text.replaceAll(MARKER, '').split('\n')) {
    const [, name] = /^\| *`(\w+)` *\|/.exec(line) ?? [];
    const [, variable] = /`([A-Z_]+)`[^|]*\bdefault:? [`\d]/i.exec(line) ?? [];
    if (REFERENCE.test(page) && /^\|.*\| *Default *\|/.test(line)) problems.push(`${page} has a table of defaults`);
    if (variables.has(variable)) problems.push(`${page} repeats the default of ${variable}`);
    if (metrics.has(name) || (Object.hasOwn(REFUSALS, name) && !HAS_OTHER_WORDS.test(page))) {
      problems.push(`${page} has a row for ${name}: link to the reference`);
    }
  }
}

const isCheck = process.argv.includes('--check');
const pages = readdirSync('docs', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md') && !/^(?:api|\.vitepress)\//.test(file))
  .map((file) => join('docs', file));
for (const page of pages) {
  const text = readFileSync(page, 'utf8');
  const current = withTables(page, text);
  findRepeatedFacts(page, text);
  if (current === text) continue;
  if (isCheck) problems.push(`${page} is out of date. To update: npm run docs:reference`);
  else writeFileSync(page, current);
}

/** If a variable sets an option of the module, the table of variables describes it. */
const optionsOfVariables = [...variables.values()].map(({ option = '' }) =>
  option.startsWith('branding.') ? option.replace('branding.', 'BrandingOptions.') : `AuthRedirectOptions.${option}`,
);
const options = optionClasses()
  .flatMap(([file, name]) => [...membersOf(file, name)].filter(([, { owner }]) => owner === name))
  .map(([member, { owner }]) => `${owner}.${member}`)
  .filter((name) => !optionsOfVariables.includes(name));
for (const [names, all] of [
  [documented.variables, [...variables.keys()]],
  [documented.options, options],
]) {
  problems.push(...all.filter((name) => !names.includes(name)).map((name) => `${name} is in no table`));
  problems.push(
    ...names.filter((name, index) => names.indexOf(name) < index).map((name) => `${name} is in two tables`),
  );
}
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exit(1);
