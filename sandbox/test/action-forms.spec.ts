import { MASK } from '../src/transactions/mask.js';
import { ActionBench } from './harness/action-bench.js';

const benches: ActionBench[] = [];

function bench(source: string, secrets: Record<string, string> = {}): ActionBench {
  const made = new ActionBench([source], secrets);
  benches.push(made);
  return made;
}

afterEach(() => Promise.all(benches.splice(0).map((made) => made.dispose())));

const HANDLER = 'async (event, api) => { console.log("ran"); }';

describe('the file of an Action', () => {
  it.each([
    [
      'has a byte order mark and line ends of Windows',
      `\uFEFF'use strict';\r\nexports.onExecutePostLogin =\r\n${HANDLER};\r\n`,
    ],
    ['exports an object', `module.exports = { onExecutePostLogin: ${HANDLER} };`],
    [
      'exports a function that has the handler',
      `module.exports = () => {}; module.exports.onExecutePostLogin = ${HANDLER};`,
    ],
    [
      'exports an instance of a class',
      'module.exports = new (class { async onExecutePostLogin() { console.log("ran"); } })();',
    ],
    [
      'exports getters, as bundlers write them',
      `Object.defineProperty(exports, 'onExecutePostLogin', { get: () => ${HANDLER} });`,
    ],
    ['requires by its module', `module.require('node:path').sep; exports.onExecutePostLogin = ${HANDLER};`],
  ])('%s', async (_form, source) => {
    const made = bench(source);
    expect(await made.start()).toEqual({ kind: 'completed' });
    expect(made.logs()).toEqual(['ran']);
    expect(made.steps('warning')).toEqual([]);
    expect(made.steps('action')).toMatchObject([{ handler: 'onExecutePostLogin' }]);
    expect(made.steps('action')[0]).not.toHaveProperty('skipped');
  });
});

describe('a custom claim without a value', () => {
  it('is left out of all tokens', async () => {
    const made = bench(`exports.onExecutePostLogin = async (event, api) => {
      api.idToken.setCustomClaim('https://a.example/color', event.user.user_metadata.color);
      api.accessToken.setCustomClaim('https://a.example/color', undefined);
      api.accessToken.setCustomClaim('https://a.example/null', null);
    };`);
    await made.start();
    expect(made.transaction.idTokenClaims).toEqual({});
    expect(made.transaction.accessTokenClaims).toEqual({ 'https://a.example/null': null });
    expect(made.calls()[0]).toMatchObject({ ignored: expect.stringContaining('undefined') });
  });
});

describe('an error that holds a secret', () => {
  it('reaches the application without it', async () => {
    const made = bench(
      'exports.onExecutePostLogin = async (event) => { throw new Error(`key ${event.secrets.KEY}`); };',
      {
        KEY: 'a-long-secret',
      },
    );
    expect(await made.start()).toMatchObject({ kind: 'denied', description: `key ${MASK}` });
  });
});

describe('the cookie mode of an example of Auth0', () => {
  it('is accepted, with a hint', async () => {
    const made = bench(
      'exports.onExecutePostLogin = async (event, api) => { api.session.setCookieMode("nonpersistent"); };',
    );
    expect(await made.start()).toEqual({ kind: 'completed' });
    expect(made.transaction.session?.cookieMode).toBe('non-persistent');
    expect(made.calls()[0]?.hint).toContain('non-persistent');
  });
});
