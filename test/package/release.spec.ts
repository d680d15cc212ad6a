import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from './packed.js';

const CHART = 'deploy/helm/nestjs-auth-redirect/Chart.yaml';
const FILES = ['package.json', 'package-lock.json', 'sandbox/package.json', CHART, 'Dockerfile', 'CHANGELOG.md'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-'));
  for (const file of ['tools/release.mjs', ...FILES]) cpSync(join(ROOT, file), join(folder, file));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const release = (...words: readonly string[]) =>
  spawnSync(process.execPath, ['tools/release.mjs', ...words], { cwd: folder, encoding: 'utf8' });
const read = (file: string, from = folder): string => readFileSync(join(from, file), 'utf8');
const version = (file: string, from?: string): string => (parse(read(file, from)) as { version: string }).version;

/** Returns the version in every place that has one. */
function versions(from: string): readonly (string | undefined)[] {
  const lock = JSON.parse(read('package-lock.json', from)) as { packages: Record<string, { version?: string }> };
  return [
    version('package.json', from),
    version('package-lock.json', from),
    lock.packages['']?.version,
    lock.packages['sandbox']?.version,
    version('sandbox/package.json', from),
    version(CHART, from),
    (parse(read(CHART, from)) as { appVersion: string }).appVersion,
    /^ARG VERSION=(.+)$/m.exec(read('Dockerfile', from))?.[1],
  ];
}

it('packages, chart and image have one version', () => {
  expect(new Set(versions(ROOT))).toEqual(new Set([version('package.json', ROOT)]));
});

describe('npm run release', () => {
  it('sets the version everywhere, and dates the entries of the changelog', () => {
    const [, unreleased = ''] = /^## \[Unreleased\]\n(.*?)^## /ms.exec(read('CHANGELOG.md')) ?? [];
    expect(release('7.1.0')).toMatchObject({ status: 0, stderr: '' });
    expect(new Set(versions(folder))).toEqual(new Set(['7.1.0']));
    const today = new Date().toISOString().slice(0, 10);
    expect(read('CHANGELOG.md')).toContain(`## [Unreleased]\n\n## [7.1.0] - ${today}\n${unreleased}`);
    expect(release('--notes').stdout.trim()).toBe(unreleased.trim());
  });

  it.each([
    ['no version', [], /Name a version/],
    ['another spelling', ['v7.1.0'], /Name a version/],
    ['an earlier version', ['0.0.1'], /which is newer/],
  ])('refuses %s, and changes nothing', (_what, words, message) => {
    expect(release(...words)).toMatchObject({ status: 1, stderr: expect.stringMatching(message) });
    for (const file of FILES) expect(read(file)).toBe(read(file, ROOT));
  });

  it('refuses a version without a change', () => {
    writeFileSync(join(folder, 'CHANGELOG.md'), '# Changelog\n\n## [Unreleased]\n\n## [0.1.0]\n');
    expect(release('7.1.0')).toMatchObject({ status: 1, stderr: expect.stringContaining('nothing under') });
  });
});
