import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import nodeModules from 'node:module';
import { resolve } from 'node:path';
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

it('starts with what Node compiled before, where Node keeps that: from 22.1 on', () => {
  const [, ...words] = scripts['start:prod'].split(' ');
  const checked = (): string =>
    spawnSync(process.execPath, [...words, 'check', '--offline'], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, NODE_DEBUG_NATIVE: 'COMPILE_CACHE' },
    }).stderr;
  // Another version of Node may have built it.
  checked();
  expect(existsSync('dist/service/compile-cache')).toBe(true);
  expect(checked().includes('was accepted')).toBe('enableCompileCache' in nodeModules);
});
