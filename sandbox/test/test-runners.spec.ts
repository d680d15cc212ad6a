import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build, DIST } from './harness/sandbox-process.js';

const ACTION = `const { ask } = require('some-client');
exports.onExecutePostLogin = async (event, api) => {
  const response = await fetch('https://risk.example/' + event.user.user_id);
  const { score } = await response.json();
  if (score > 50) return api.access.deny('Too risky: ' + await ask());
  api.redirect.sendUserTo(event.secrets.URL);
};
exports.onContinuePostLogin = async (event, api) => {
  api.redirect.validateToken({ secret: event.secrets.SECRET });
  if (Date.now() !== Date.UTC(2030, 0, 1)) undefined.member;
};`;

/** The same tests for each runner; only the mocks are spelled differently. */
const TESTS = `
const secrets = { SECRET: 'a-secret-of-more-than-thirty-two-bytes', URL: 'https://terms.example/' };
const answer = (score) => async () => ({ json: async () => ({ score }) });

test('denies a risky login', async () => {
  mockFetch(answer(90));
  const { denied } = await runAction('post-login.js');
  assert.strictEqual(denied.reason, 'Too risky: ' + EXPECTED_ANSWER);
});

test('goes on after the redirect', async () => {
  mockFetch(answer(10));
  const after = await runAction('post-login.js', { secrets });
  assert.strictEqual(new URL(after.redirect.url).origin, 'https://terms.example');
  const failed = await continueAction('post-login.js', { after, token: { secret: secrets.SECRET } });
  assert.strictEqual(failed.error.at.line, 10);
  freeze(Date.UTC(2030, 0, 1));
  const result = await continueAction('post-login.js', { after, token: { secret: secrets.SECRET } });
  assert.strictEqual(result.error, undefined);
});`;

const IMPORTS =
  "import { runAction, continueAction } from 'auth0-actions-sandbox/testing';\nimport assert from 'node:assert';\n";
const REQUIRES =
  "const { runAction, continueAction } = require('auth0-actions-sandbox/testing');\nconst assert = require('node:assert');\n";
const JEST_MOCKS = `
const mockFetch = (fake) => { globalThis.fetch = jest.fn(fake); };
const freeze = (now) => jest.useFakeTimers({ now });
`;

const FILES: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "actions" }',
  'post-login.js': ACTION,
  'node_modules/some-client/package.json': '{ "name": "some-client", "version": "1.0.0", "main": "index.js" }',
  'node_modules/some-client/index.js': "exports.ask = async () => 'the real answer';",
  'native.test.cjs': `${REQUIRES}
    const { test, mock } = require('node:test');
    const EXPECTED_ANSWER = 'a fake answer';
    mock.method(require('some-client'), 'ask', async () => EXPECTED_ANSWER);
    const mockFetch = (fake) => mock.method(globalThis, 'fetch', fake);
    const freeze = (now) => mock.timers.enable({ apis: ['Date'], now });
    ${TESTS}`,
  'common.jest.cjs': `${REQUIRES} ${JEST_MOCKS}
    const EXPECTED_ANSWER = 'a fake answer';
    jest.mock('some-client', () => ({ ask: async () => 'a fake answer' }));
    ${TESTS}`,
  'module.jest.mjs': `${IMPORTS}
    import { jest } from '@jest/globals'; ${JEST_MOCKS}
    const EXPECTED_ANSWER = 'the real answer';
    ${TESTS}`,
  'jest.config.json': JSON.stringify({
    testMatch: ['**/*.jest.*'],
    transform: {},
    moduleFileExtensions: ['js', 'cjs', 'mjs', 'json'],
  }),
  'globals.test.mjs': `${IMPORTS}
    import client from 'some-client';
    const EXPECTED_ANSWER = 'a fake answer';
    vi.spyOn(client, 'ask').mockResolvedValue(EXPECTED_ANSWER);
    const mockFetch = (fake) => vi.stubGlobal('fetch', fake);
    const freeze = (now) => vi.useFakeTimers({ now });
    ${TESTS}`,
};

let folder: string;

beforeAll(() => {
  build();
  folder = mkdtempSync(join(tmpdir(), 'sandbox-runners-'));
  for (const [name, content] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const installed = join(folder, 'node_modules', 'auth0-actions-sandbox');
  cpSync(DIST, join(installed, 'dist'), { recursive: true });
  cpSync(join(DIST, '..', 'package.json'), join(installed, 'package.json'));
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true }));

/** Returns the file of an installed package's command. */
function command(name: string, path: string): string {
  return join(dirname(createRequire(__filename).resolve(`${name}/package.json`)), path);
}

async function run(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const { NODE_OPTIONS: _options, JEST_WORKER_ID: _worker, ...env } = process.env;
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...env, NODE_PATH: join(__dirname, '../../node_modules') },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  await once(child, 'close');
  return { code: child.exitCode, output };
}

const VITEST = ['run', '--globals', 'globals.test'];

describe('tests of an Action', () => {
  it.each([
    ['node:test', () => ['--test', 'native.test.cjs'], /# pass 2/],
    ['Jest', () => [command('jest', 'bin/jest.js'), '--config', 'jest.config.json', 'common'], /2 passed/],
    [
      'Jest with ES modules',
      () => ['--experimental-vm-modules', command('jest', 'bin/jest.js'), '--config', 'jest.config.json', 'module'],
      /2 passed/,
    ],
    ['Vitest', () => [command('vitest', 'vitest.mjs'), ...VITEST], /2 passed/],
  ])('run under %s, with its mocks', async (_runner, args, passed) => {
    const { code, output } = await run(args());
    expect(output).toMatch(passed);
    expect(code).toBe(0);
  });
});
