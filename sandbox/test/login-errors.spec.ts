import { AppBench, claimsOf } from './harness/app-bench.js';
import { Browser } from './harness/browser.js';

// The login_hint selects the Action's behavior.
const ACTION = `
exports.onExecutePostLogin = async (event, api) => {
  const { login_hint: what = '' } = event.transaction;
  if (what === 'redirect') api.redirect.sendUserTo('http://step.localhost/');
  if (what === 'deny') api.access.deny('Not today: "no" & <never>');
  if (what === 'throw') throw new Error('It is broken.');
  const [, token, size] = /^(\\w+) (\\d+)$/.exec(what) ?? [];
  if (size) api[token].setCustomClaim('c', 'x'.repeat(Number(size) - 8));
  if (token === 'idToken') api.accessToken.setCustomClaim('c', 'x'.repeat(60 * 1024));
  api.idToken.setCustomClaim('mine', what);
};`;

const TEXTS: Readonly<Record<string, string>> = {
  deny: 'Not today: "no" & <never>',
  throw: 'It is broken.',
  redirect: 'An Action redirects',
};

let bench: AppBench;
beforeAll(async () => {
  bench = await AppBench.start(ACTION);
}, 60_000);
afterAll(() => bench?.stop());

describe('the error that the app receives', () => {
  it.each([
    ['silent', 'redirect', 'interaction_required'],
    ['silent', 'deny', 'access_denied'],
    ['silent', 'throw', 'access_denied'],
    ['interactive', 'deny', 'access_denied'],
    ['interactive', 'throw', 'access_denied'],
  ])('is the error in the record: a %s login with this Action: %s', async (how, hint, error) => {
    const browser = new Browser();
    await bench.logIn('ada@example.com', {}, browser);
    const prompt = how === 'silent' ? { prompt: 'none' } : {};
    const end = await bench.logIn('', { ...prompt, login_hint: hint }, browser);
    expect(end).toMatchObject({ error, error_description: expect.any(String), state: 's' });
    const description = end['error_description'];
    expect(await bench.steps('denied')).toMatchObject([{ error, description }]);
    expect(description).toContain(TEXTS[hint]);
  });
});

describe('custom claims', () => {
  const LIMIT = 100 * 1024;

  // {"c":"…"} has eight characters in addition to the value. The ID token also has the claim "mine".
  it.each([
    ['accessToken', LIMIT, undefined],
    ['accessToken', LIMIT + 1, `The custom claims of the access token have ${LIMIT + 1} bytes`],
    ['idToken', LIMIT, 'The custom claims of the ID token have'],
  ])('of the %s can have 100 KB: %i bytes', async (token, bytes, problem) => {
    const end = await bench.logIn('big@example.com', { login_hint: `${token} ${bytes}` });
    expect(end).toMatchObject(problem === undefined ? { state: 's' } : { error: 'access_denied' });
    expect(end['error_description'] ?? '').toContain(problem ?? '');
    expect('code' in end).toBe(problem === undefined);
  });

  it('are in the ID token and at /userinfo, also with an opaque access token', async () => {
    const tokens = await bench.tokensOf('mine@example.com', { login_hint: 'yes', scope: 'openid email' });
    expect(tokens['access_token']).not.toContain('.');
    expect(claimsOf(tokens['id_token'])).toMatchObject({ mine: 'yes' });
    expect(await bench.userinfo(tokens['access_token'])).toMatchObject({ mine: 'yes', email: 'mine@example.com' });
  });
});
