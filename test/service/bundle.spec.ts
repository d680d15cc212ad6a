import { execFileSync, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { scripts } from '../../package.json';

/** What each validator of class-validator says of values of as many kinds as there are validators, or what it throws. */
const VERDICTS = `
const { createRequire } = await import('node:module');
const library = createRequire(process.argv[1])('class-validator');
const values = ['a@b.example', '+491701234567', '12345', 'Abc1!xyz9', '2020-01-01', '192.0.2.1', 'https://a.example/', '{}', 'DE',
  'EUR', 'de-DE', 'true', '1.5', 'ff', '48.1,11.5', 'Europe/Berlin', '\\uff21', 'DE89370400440532013000',
  '550e8400-e29b-41d4-a716-446655440000', '', 5, null];
const said = (validate, value) => {
  try {
    return validate(value);
  } catch (error) {
    return String(error);
  }
};
const names = Object.keys(library).filter((name) => /^(?:is[A-Z]|contains|matches|length|m(?:in|ax))/.test(name)).toSorted();
console.log(JSON.stringify(names.map((name) => [name, values.map((value) => said(library[name], value))])));
`;

/** @param folder whose class-validator is asked */
function verdicts(folder: string): unknown {
  const words = ['--input-type=module', '--no-warnings', '--eval', VERDICTS, `${resolve(folder)}/here.js`];
  return JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' }));
}

it('has the validators of class-validator, and they say what they say there', () => {
  const bundled = verdicts('dist/service');
  expect(bundled).toEqual(verdicts('.'));
  expect(bundled).toContainEqual(['isPhoneNumber', expect.arrayContaining([true, false])]);
});

describe('what was compiled for an earlier start', () => {
  const flags = scripts['start:prod'].split(' ').slice(1, -1);
  const folder = mkdtempSync(join(tmpdir(), 'auth-redirect-bundle-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const node = (words: readonly string[], input?: string): SpawnSyncReturns<string> =>
    spawnSync(process.execPath, [...flags, ...words], { encoding: 'utf8', env: { PATH: process.env.PATH }, input });
  const isCompiled = (): string => node(['-'], `console.log(require('${folder}/load.js').isCompiled)`).stdout.trim();

  beforeAll(() => {
    cpSync('dist/service', folder, { recursive: true });
    rmSync(join(folder, 'compiled'), { recursive: true, force: true });
  });

  it('is taken, from the first service on that ends in order', () => {
    expect(isCompiled()).toBe('false');
    expect(node(['tools/keep-compiled.mjs', folder])).toMatchObject({ status: 0, stderr: '' });
    expect(isCompiled()).toBe('true');
    expect(readdirSync(join(folder, 'compiled'))).toHaveLength(1);
  });

  it('can be written by its owner alone, whatever the umask', () => {
    rmSync(join(folder, 'compiled'), { recursive: true });
    const umask = process.umask(0);
    try {
      expect(node(['tools/keep-compiled.mjs', folder]).status).toBe(0);
    } finally {
      process.umask(umask);
    }
    const compiled = join(folder, 'compiled');
    const modeOf = (path: string): number => statSync(path).mode & 0o777;
    expect(modeOf(compiled)).toBe(0o755);
    expect(readdirSync(compiled).map((name) => modeOf(join(compiled, name)))).toEqual([0o644]);
  });

  it('is not taken for other flags of V8', () => {
    flags.push('--max-lazy');
    expect(isCompiled()).toBe('false');
    flags.pop();
  });

  it('is not taken for another text of the same length', () => {
    const bundle = join(folder, 'bundle.js');
    const text = readFileSync(bundle, 'utf8');
    const usage = (): string => node([join(folder, 'main.js'), 'unknown']).stderr;
    expect(usage()).toMatch(/^usage: nestjs-auth-redirect/);
    writeFileSync(bundle, text.replace('usage: nestjs-auth-redirect [start', 'USAGE: nestjs-auth-redirect [start'));
    expect(usage()).toMatch(/^USAGE: nestjs-auth-redirect/);
    writeFileSync(bundle, text);
  });

  it('is not taken where it is damaged', () => {
    const [kept] = readdirSync(join(folder, 'compiled'));
    const file = join(folder, 'compiled', String(kept));
    const compiled = readFileSync(file);
    const middle = Buffer.from(compiled);
    middle.fill('x', compiled.length / 2, compiled.length / 2 + 100);
    for (const damaged of [middle, compiled.subarray(0, 1000), Buffer.alloc(0)]) {
      writeFileSync(file, damaged);
      expect(isCompiled()).toBe('false');
    }
    writeFileSync(file, compiled);
  });
});
