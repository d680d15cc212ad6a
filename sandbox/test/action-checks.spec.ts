import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkAction } from '../src/checks/check-action.js';
import { findingText, type CheckedAction } from '../src/checks/finding.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-checks-'));
  mkdirSync(join(folder, 'node_modules', 'installed'), { recursive: true });
  writeFileSync(join(folder, 'node_modules', 'installed', 'index.js'), '');
  writeFileSync(join(folder, 'helper.js'), '');
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Returns the findings as lines, without the file's folder. */
function check(source: string, changes: Partial<CheckedAction> = {}): string[] {
  const action: CheckedAction = { file: join(folder, 'a.js'), trigger: 'post-login', ...changes };
  return checkAction(source, action).map((finding) => findingText(finding).replaceAll(folder, '').slice(1));
}

const FINE = 'exports.onExecutePostLogin = async (event, api) => {};';

describe('the exports of an Action', () => {
  it.each([
    [FINE],
    ['module.exports.onExecutePostLogin = async () => {};'],
    ['module.exports = { onExecutePostLogin: async () => {} };'],
    ['module.exports = exports = { async onExecutePostLogin() {} };'],
    ["exports['onExecutePostLogin'] = async () => {};"],
    [
      'Object.defineProperty(exports, "__esModule", { value: true }); exports.onExecutePostLogin = run; function run() {}',
    ],
    ['#!/usr/bin/env node\nexports.onExecutePostLogin = () => {}; if (module.parent) return;'],
  ])('are fine in %p', (source) => {
    expect(check(source)).toEqual([]);
  });

  it.each([
    ["module.exports = require('./helper');"],
    ['module.exports = { ...handlers() }; function handlers() {}'],
    ['const target = exports; target.onExecutePostLogin = () => {};'],
    ["exports['onExecute' + 'PostLogin'] = () => {};"],
  ])('are not checked if they are known only at run time: %p', (source) => {
    expect(check(source)).toEqual([]);
  });

  it('include a handler of the trigger', () => {
    expect(check('exports.helper = 1;')).toEqual([
      'a.js: warning: The file exports no handler of the trigger post-login: export onExecutePostLogin.',
    ]);
    expect(check('')).toHaveLength(1);
    expect(check('exports.onContinuePostLogin = () => {};')).toHaveLength(1);
  });

  it('have no typing errors', () => {
    expect(check('\nexports.onExecutePostlogin = () => {};')).toEqual([
      'a.js:2: warning: The file exports onExecutePostlogin; did you mean onExecutePostLogin?',
    ]);
    expect(check(`${FINE}\nexports.onContinuePostLogn = () => {};`)).toEqual([
      'a.js:2: warning: The file exports onContinuePostLogn; did you mean onContinuePostLogin?',
    ]);
  });

  it('belong to the trigger that the Action is bound to', () => {
    const source = 'exports.onExecuteCredentialsExchange = () => {};';
    expect(check(source, { trigger: 'credentials-exchange' })).toEqual([]);
    expect(check(source)).toEqual([
      'a.js:1: warning: The file exports onExecuteCredentialsExchange, a handler of credentials-exchange, ' +
        'but the Action is bound to post-login.',
    ]);
  });

  it('include onContinuePostLogin if the Action redirects or shows a form', () => {
    const redirects =
      'exports.onExecutePostLogin = async (event, api) => {\n  api.redirect.sendUserTo("https://a.example");\n};';
    expect(check(redirects)).toEqual([
      'a.js:2: warning: The Action sends the user away, but exports no onContinuePostLogin: users who skip the step still log in.',
    ]);
    expect(check(redirects.replace('redirect.sendUserTo', 'prompt.render'))).toHaveLength(1);
    expect(check(redirects.replace('redirect.sendUserTo', 'templates.render'))).toEqual([]);
    expect(check(`${redirects}\nexports.onContinuePostLogin = async () => {};`)).toEqual([]);
    const reset = redirects.replace('onExecutePostLogin', 'onExecutePostChallenge');
    expect(check(reset, { trigger: 'password-reset-post-challenge' })[0]).toContain('onContinuePostChallenge');
  });
});

describe('the packages of an Action', () => {
  it('are found in its folder or built into Node', () => {
    const names = ['installed', 'node:crypto', 'fs/promises', './helper', './helper.js'];
    expect(check(names.map((name) => `require('${name}');`).join('\n') + FINE)).toEqual([]);
  });

  it('are reported with the install command, once each', () => {
    const source = `const a = require('@scope/absent/sub');\nconst b = require(\`gone\`);\nrequire('gone');${FINE}`;
    const dependencies = [{ name: '@scope/absent', version: '1.2.3' }];
    expect(check(source, { dependencies })).toEqual([
      'a.js:1: error: The package @scope/absent is not installed. Run "npm install @scope/absent@1.2.3" in .',
      'a.js:2: error: The package gone is not installed. Run "npm install gone" in .',
    ]);
  });

  it('may be loaded later, and within a try', () => {
    const source = `${FINE}\nimport('gone');\ntry { require('missing') } catch {}`;
    expect(check(source)).toEqual([
      expect.stringContaining('a.js:2: error: The package gone'),
      expect.stringContaining('a.js:3: warning: The package missing'),
    ]);
  });

  it('are not confused with files and Actions Modules', () => {
    expect(check(`${FINE}require('./absent');require('actions:known');`, { modules: { known: {} } })).toEqual([
      'a.js:1: error: The file "./absent" does not exist.',
    ]);
    expect(check(`${FINE}require('actions:other');`)).toEqual([
      'a.js:1: error: The Action requires actions:other, but the tenant has no such Actions Module.',
    ]);
  });

  it('are not searched for in comments and texts', () => {
    expect(check(`${FINE} // require('gone')\nconst text = "require('gone')";`)).toEqual([]);
  });
});

describe('the secrets of an Action', () => {
  it.each([
    ['exports.onExecutePostLogin = (event) => event.secrets.KEY;'],
    ['exports.onExecutePostLogin = (event) => event.secrets["KEY"];'],
    ['exports.onExecutePostLogin = (event) => event?.secrets?.KEY;'],
    ['exports.onExecutePostLogin = (e) => e.secrets.KEY;'],
    ['exports.onExecutePostLogin = (event) => { const { KEY } = event?.secrets; };'],
    ['exports.onExecutePostLogin = ({ secrets = {} }) => secrets.KEY;'],
    ['exports.onExecutePostLogin = (event) => { const { KEY } = event.secrets; };'],
    ['exports.onExecutePostLogin = (event) => { const { secrets: { KEY: key = 1 } } = event; };'],
    ['exports.onExecutePostLogin = (event) => { const { secrets } = event; return secrets.KEY; };'],
    ['exports.onExecutePostLogin = (event) => { const s = event.secrets; const { KEY } = s; };'],
    ['exports.onExecutePostLogin = ({ secrets }) => secrets.KEY;'],
    ['exports.onExecutePostLogin = ({ secrets: { KEY } }) => {};'],
    ['const run = async (e) => e.secrets.KEY; exports.onExecutePostLogin = run;'],
    ['async function run(e) { helper(e.secrets.KEY); } module.exports = { onExecutePostLogin: run };'],
    ['exports.onExecutePostLogin = (event) => help(event); function help(event) { let k; k = event.secrets.KEY; }'],
  ])('all have a value: %p', (source) => {
    expect(check(source)).toEqual(['a.js:1: warning: The Action reads secrets that are not set: KEY.']);
    expect(check(source, { secrets: { KEY: 'x' } })).toEqual([]);
  });

  it('are listed in one line if several are missing', () => {
    const source =
      'exports.onExecutePostLogin = ({ secrets }) => {\n  use(secrets.A, secrets.B);\n  use(secrets.C);\n};';
    expect(check(source, { secrets: { B: 'x' } })).toEqual([
      'a.js:2: warning: The Action reads secrets that are not set: A, C.',
    ]);
  });

  it('are not confused with secrets of other objects or computed names', () => {
    const source =
      'exports.onExecutePostLogin = (event) => { config.secrets.A; event.secrets[name]; const { ...all } = event.secrets; };';
    expect(check(source)).toEqual([]);
  });

  it('are within the lengths that Auth0 stores, and are not shown', () => {
    const findings = check(FINE, { secrets: { LONG: 'v'.repeat(4097), ['N'.repeat(129)]: 'x', OK: 'v'.repeat(4096) } });
    expect(findings).toEqual([
      'a.js: warning: The value of the secret LONG has 4097 characters; the limit is 4096.',
      'a.js: warning: The name of the secret NNNNNNNNNNNNNNNNNNNN… has 129 characters; the limit is 128.',
    ]);
  });
});

describe('the language of an Action', () => {
  it.each([
    ['const a = 1;\nexport const onExecutePostLogin = async () => {};', 2],
    ["import axios from 'axios';\nexports.onExecutePostLogin = async () => {};", 1],
  ])('is CommonJS, not an ES module: %p', (source, line) => {
    expect(check(source)).toEqual([
      `a.js:${line}: error: This is an ES module. Auth0 runs CommonJS: use "exports.NAME = …" and "require(…)".`,
    ]);
  });

  it.each([
    ['\nexports.onExecutePostLogin = async (event: Event, api: PostLoginAPI) => {};'],
    ["import type { Event } from './types';\ninterface Terms { accepted: boolean }"],
  ])('is JavaScript, not TypeScript: %p', (source) => {
    const [finding = ''] = check(source);
    expect(finding).toMatch(/^a\.js:\d: error: This is TypeScript\. /);
  });

  it('reports the place of a syntax error', () => {
    const file = join(folder, 'a.js');
    const source = 'exports.onExecutePostLogin = async () => {\n  const a = ;\n};';
    expect(checkAction(source, { file, trigger: 'post-login' })).toEqual([
      { severity: 'error', message: 'Unexpected token.', file, line: 2, column: 13, text: '  const a = ;' },
    ]);
    expect(check(source)).toEqual(['a.js:2:13: error: Unexpected token. | const a = ;']);
  });
});

it('reports code that Auth0 does not store', () => {
  expect(check(`${FINE}//${'é'.repeat(50_000)}`)).toEqual([
    "a.js: warning: The code has 100056 bytes; Auth0's limit is 100 kB.",
  ]);
  expect(check(`${FINE}//${'x'.repeat(99_000)}`)).toEqual([]);
});
