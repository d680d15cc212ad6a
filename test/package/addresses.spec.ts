import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from './packed.js';

const TOOL = 'tools/addresses.mjs';
const FILES = [
  'package.json',
  'sandbox/package.json',
  'deploy/helm/nestjs-auth-redirect/Chart.yaml',
  'Dockerfile',
  'README.md',
];

const { repository } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { repository: { url: string } };
const address = repository.url.replace(/^git\+|\.git$/g, '');

describe('the address of the repository', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'addresses-'));
    for (const file of [TOOL, ...FILES]) cpSync(join(ROOT, file), join(folder, file));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const tool = (...words: readonly string[]) =>
    spawnSync(process.execPath, [join(folder, TOOL), ...words], { encoding: 'utf8' });
  const moveTo = (url: string) => {
    const text = readFileSync(join(folder, 'package.json'), 'utf8');
    writeFileSync(join(folder, 'package.json'), text.replace(repository.url, url));
  };

  it('is the same in every file that needs it, and in no other', () => {
    expect(tool('--check')).toMatchObject({ status: 0, stdout: '', stderr: '' });
    const tracked = execFileSync('git', ['grep', '--untracked', '-lF', address], { cwd: ROOT, encoding: 'utf8' });
    expect(tracked.trim().split('\n').toSorted()).toEqual(FILES.toSorted());
  });

  it('is copied from package.json, and no old address remains', () => {
    moveTo('git+https://github.com/acme/login.redirect.git');
    expect(tool('--check').stdout.trim().split('\n')).toHaveLength(FILES.length);
    expect(tool('--check').status).toBe(1);
    expect(tool().status).toBe(0);
    expect(tool('--check').status).toBe(0);
    for (const file of FILES) {
      const text = readFileSync(join(folder, file), 'utf8');
      expect(text).toContain('https://github.com/acme/login.redirect');
      expect(text).not.toContain(address);
    }
  });

  it('has one form', () => {
    moveTo('https://github.com/acme/login');
    expect(tool('--check')).toMatchObject({ status: 1, stderr: expect.stringContaining('repository.url') });
  });
});

/** npm's page for a package resolves relative links against the repository's main branch. */
it.each(['README.md', 'sandbox/README.md'])('%s links only to files of the repository', (readme) => {
  const text = readFileSync(join(ROOT, readme), 'utf8');
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)|<img src="(?!https?:)([^"]+)/g)].map(
    ([, link, image]) => link ?? image ?? '',
  );
  expect(links.filter((link) => !existsSync(join(ROOT, dirname(readme), link)))).toEqual([]);
});

describe('npm pack', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pack-'));
    cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const pack = (build: string) => {
    cpSync(join(ROOT, 'views'), join(folder, 'views'), { recursive: true });
    writeFileSync(join(folder, 'build.mjs'), build);
    const manifest = readFileSync(join(folder, 'package.json'), 'utf8');
    writeFileSync(join(folder, 'package.json'), manifest.replace('tools/build.mjs', 'build.mjs'));
    return spawnSync('npm', ['pack'], { cwd: folder, encoding: 'utf8' });
  };
  const tarball = () => join(folder, `nestjs-auth-redirect-${version}.tgz`);
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

  it('writes no tarball if the build fails', () => {
    expect(pack('process.exit(1)').status).not.toBe(0);
    expect(existsSync(tarball())).toBe(false);
  });

  it('packs the files that the build wrote', () => {
    const build = "fs.mkdirSync('dist/cjs', { recursive: true }); fs.writeFileSync('dist/cjs/index.js', '');";
    expect(pack(`import fs from 'node:fs'; ${build}`).status).toBe(0);
    const files = execFileSync('tar', ['-tzf', tarball()], { encoding: 'utf8' });
    expect(files).toContain('package/dist/cjs/index.js');
  });
});
