// node tools/audit.mjs [--sbom <file>] [--deadline <milliseconds>]: requests the registry's advisories about the
// packages in dist/sbom.json, which are the packages in the image. Fails if an advisory has high or critical severity.
// If no registry answers in time, the audit prints a line and succeeds: not every machine can reach one.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import semver from 'semver';

const ANSWER_MAX_BYTES = 16 * 1024 * 1024;
/** All other severities fail the audit, including unknown ones. */
const TOLERATED = ['info', 'low', 'moderate'];

const { values } = parseArgs({
  options: { sbom: { type: 'string', default: 'dist/sbom.json' }, deadline: { type: 'string', default: '30000' } },
});
const signal = AbortSignal.timeout(Number(values.deadline));
const { components } = JSON.parse(readFileSync(values.sbom, 'utf8'));
const versions = versionsOf(components);
const answer = await advisories().catch((error) => reasonOf(error));
if (typeof answer === 'string') {
  process.stdout.write(`audit skipped: the registry has no answer about advisories (${answer})\n`);
} else {
  const found = Object.entries(answer).flatMap(([name, all]) => all.flatMap((advisory) => affectedBy(name, advisory)));
  for (const { text } of found) process.stdout.write(`${text}\n`);
  process.stdout.write(`audit: ${components.length} packages, ${found.length} advisories\n`);
  process.exitCode = found.every(({ severity }) => TOLERATED.includes(severity)) ? 0 : 1;
}

/** Returns the versions of each package, in the format of the registry's endpoint for bulk advisories. */
function versionsOf(packages) {
  const byName = new Map();
  for (const { name, version } of packages) byName.set(name, [...(byName.get(name) ?? []), version]);
  return byName;
}

/** @throws Error unless the registry answers with lists of advisories by package. */
async function advisories() {
  const registry = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8', timeout: 10_000 }).trim();
  const response = await fetch(new URL('-/npm/v1/security/advisories/bulk', `${registry.replace(/\/$/, '')}/`), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(Object.fromEntries(versions)),
    signal,
  });
  if (!response.ok) throw new Error(`status ${response.status}`);
  const lists = JSON.parse(await textOf(response));
  const isList = (list) => Array.isArray(list) && list.every(Boolean);
  if (Array.isArray(lists) || !Object.values(lists).every(isList))
    throw new Error('the answer has no lists of advisories');
  return lists;
}

async function textOf(response) {
  const chunks = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > ANSWER_MAX_BYTES) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Returns the packages of the image that an advisory affects. An advisory without a readable range affects every version. */
function affectedBy(name, { severity, title, url, vulnerable_versions: range }) {
  const isAffected = (version) =>
    semver.validRange(range) === null || semver.satisfies(version, range, { includePrerelease: true });
  const readable = (text) =>
    String(text)
      .replace(/[^\x20-\x7e]/g, '?')
      .slice(0, 200);
  return (versions.get(name) ?? []).filter(isAffected).map((version) => ({
    severity,
    text: `${readable(severity)}: ${name}@${version}: ${readable(title)} ${readable(url)}`,
  }));
}

function reasonOf(error) {
  return error.cause?.code ?? (error.name === 'Error' ? error.message : error.name);
}
