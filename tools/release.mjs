// npm run release -- VERSION   sets the version of package, sandbox, chart and image, and dates the changelog; commits nothing
// npm run release -- --notes   prints the changelog's section for the current version
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import semver from 'semver';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

/** The place of the version in each file. The first group is the text before the version. */
const PLACES = {
  'package.json': /^(  "version": ")[^"]+/m,
  'sandbox/package.json': /^(  "version": ")[^"]+/m,
  'deploy/helm/nestjs-auth-redirect/Chart.yaml': /^(version: |appVersion: ')[^'\s]+/gm,
  Dockerfile: /^(ARG VERSION=)\S+/m,
};

const current = JSON.parse(readFileSync('package.json', 'utf8')).version;
const [argument] = process.argv.slice(2);
if (argument === '--notes') process.stdout.write(`${sectionOf(current)}\n`);
else release(argument);

function release(version) {
  if (semver.valid(version) !== version) fail('Name a version, like 1.2.3.');
  if (semver.lt(version, current)) fail(`The current version is ${current}, which is newer than ${version}.`);
  if (sectionOf('Unreleased') === '') fail('CHANGELOG.md has nothing under [Unreleased].');
  const date = new Date().toISOString().slice(0, 10);
  replaceIn('CHANGELOG.md', /^(## \[Unreleased\]\n)/m, `$1\n## [${version}] - ${date}\n`);
  for (const [file, place] of Object.entries(PLACES)) replaceIn(file, place, `$1${version}`);
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  for (const one of [lock, lock.packages[''], lock.packages.sandbox]) one.version = version;
  writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
  process.stdout.write('Now: node deploy/kustomize/render.mjs, and the steps of CONTRIBUTING.md, "Release".\n');
}

/** Returns the text below a heading of the changelog, without the heading. */
function sectionOf(name) {
  const sections = readFileSync('CHANGELOG.md', 'utf8').split(/^## /m);
  const section =
    sections.find((text) => text.startsWith(`[${name}]`)) ?? fail(`CHANGELOG.md has no section [${name}].`);
  return section.replace(/^.*\n/, '').trim();
}

function replaceIn(file, place, replacement) {
  writeFileSync(file, readFileSync(file, 'utf8').replace(place, replacement));
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
