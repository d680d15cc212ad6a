import { execFileSync, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { ISSUER, SECRET } from '../harness/tokens.js';

/** Prints what each validator of class-validator returns or throws for values of many kinds. */
const VERDICTS = `
const { createRequire } = await import('node:module');
const library = createRequire(process.argv[1])('class-validator');
const values = ['a@b.example', '+491701234567', '12345', 'Abc1!xyz9', '2020-01-01', '192.0.2.1', 'https://a.example/', '{}', 'DE',
  'EUR', 'de-DE', 'true', '1.5', 'ff', '48.1,11.5', 'Europe/Berlin', '\\uff21', 'DE89370400440532013000',
  '550e8400-e29b-41d4-a716-446655440000', '', 5, null];
const verdict = (validate, value) => {
  try {
    return validate(value);
  } catch (error) {
    return String(error);
  }
};
const names = Object.keys(library).filter((name) => /^(?:is[A-Z]|contains|matches|length|m(?:in|ax))/.test(name)).toSorted();
console.log(JSON.stringify(names.map((name) => [name, values.map((value) => verdict(library[name], value))])));
`;

/** @param folder The folder from which class-validator is imported. */
function verdicts(folder: string): unknown {
  const args = ['--input-type=module', '--no-warnings', '--eval', VERDICTS, `${resolve(folder)}/here.js`];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

it('has validators with the same results as class-validator', () => {
  const bundled = verdicts('dist/service');
  expect(bundled).toEqual(verdicts('.'));
  expect(bundled).toContainEqual(['isPhoneNumber', expect.arrayContaining([true, false])]);
});

describe.each(['dist/service/main.js', 'dist/cjs/main.js'])('the program %s', (program) => {
  function run(...args: readonly string[]) {
    const env = { PATH: process.env.PATH, AUTH0_ISSUER: ISSUER, AUTH0_SESSION_SECRET: SECRET };
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { env, encoding: 'utf8' });
    return { status, stdout, stderr };
  }

  it('prints its usage, as an error for an unknown command', () => {
    const usage = expect.stringMatching(
      /^usage: nestjs-auth-redirect \[start \| check \[--offline\] \[--json\] \[--explain\] \| preview \[--port NUMBER\]\]\n/,
    );
    expect(run('begin')).toEqual({ status: 64, stdout: '', stderr: usage });
    for (const words of [['--help'], ['start', '-h']])
      expect(run(...words)).toEqual({ status: 0, stdout: usage, stderr: '' });
  });

  it('checks a configuration', () => {
    const stdout = expect.stringContaining('ok       configuration: is valid\n');
    expect(run('check', '--offline')).toEqual({ status: 0, stdout, stderr: '' });
  });
});
