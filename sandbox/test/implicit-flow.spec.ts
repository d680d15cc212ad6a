import { AppBench, claimsOf, CALLBACK, SPA } from './harness/app-bench.js';
import { Browser } from './harness/browser.js';

const AUDIENCE = 'https://api.example.com/';
const ACTION = `
exports.onExecutePostLogin = async (event, api) => {
  api.idToken.setCustomClaim('mine', event.transaction.protocol);
  api.accessToken.setCustomClaim('mine', event.transaction.protocol);
};`;
const LIMITED = { client_id: 'limited', callbacks: [CALLBACK], grant_types: ['authorization_code'] };

let bench: AppBench;
beforeAll(async () => {
  bench = await AppBench.start(ACTION, { clients: [LIMITED] });
}, 60_000);
afterAll(() => bench?.stop());

/** Logs in, and returns the form fields that the browser posts to the app. */
async function posted(responseType: string, more: Record<string, string> = {}): Promise<Record<string, string>> {
  const browser = new Browser();
  const parameters = { response_type: responseType, response_mode: 'form_post', nonce: 'n', audience: AUDIENCE };
  const page = await bench.authorize(browser, { ...parameters, scope: 'openid email', ...more });
  const { body } = await bench.submit(browser, page, 'ada@example.com');
  expect(body).toContain(`action="${CALLBACK}"`);
  return Object.fromEntries(
    [...body.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
}

describe('the implicit and the hybrid flow', () => {
  it('post an ID token with all claims to the app, and show it in the record', async () => {
    const { id_token: token, ...rest } = await posted('id_token');
    expect(claimsOf(token)).toMatchObject({
      ...{ aud: SPA.client_id, nonce: 'n', email: 'ada@example.com', mine: 'oidc-implicit-profile' },
      sid: expect.any(String),
    });
    expect(rest).toEqual({ state: 's' });
    const [tokens] = await bench.steps('tokens');
    expect(tokens).toMatchObject({ idToken: { mine: 'oidc-implicit-profile' } });
    expect(tokens).not.toHaveProperty('accessToken');
  });

  it('post an access token of two hours too, which /userinfo accepts', async () => {
    const fields = await posted('id_token token');
    expect(fields).toMatchObject({ token_type: 'Bearer', expires_in: '7200' });
    expect(claimsOf(fields['access_token'])).toMatchObject({ aud: [AUDIENCE, `${bench.tenant}/userinfo`], azp: 'spa' });
    const info = await bench.userinfo(fields['access_token']);
    expect(info).toMatchObject({ email: 'ada@example.com', mine: 'oidc-implicit-profile' });
  });

  it('post a code that is exchanged for tokens of the same login', async () => {
    const browser = new Browser();
    const parameters = { response_type: 'code id_token', response_mode: 'form_post', nonce: 'n' };
    const page = await bench.authorize(browser, parameters);
    const { body } = await bench.submit(browser, page, 'ada@example.com');
    const [, code = ''] = /name="code" value="([^"]+)"/.exec(body) ?? [];
    const form = { grant_type: 'authorization_code', redirect_uri: CALLBACK, code, code_verifier: page.verifier };
    const { body: tokens } = await bench.token(form);
    expect(claimsOf(tokens['id_token'])).toMatchObject({ mine: 'oidc-hybrid-profile' });
  });

  it('are rejected for an app that may only use codes', async () => {
    const parameters = { client_id: 'limited', response_type: 'id_token', nonce: 'n' };
    const { url } = await bench.authorize(new Browser(), parameters);
    expect(url).toContain('requested+response_type+is+not+allowed+for+this+client');
  });
});

describe('an access token for an API', () => {
  it('has the header and the claims of Auth0’s tokens', async () => {
    const { access_token: token = '' } = await bench.tokensOf('ada@example.com', { audience: AUDIENCE });
    const header: unknown = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
    expect(header).toMatchObject({ typ: 'JWT', alg: 'RS256' });
    const claims = claimsOf(token);
    expect(claims).toMatchObject({ azp: 'spa', aud: [AUDIENCE, `${bench.tenant}/userinfo`] });
    expect(claims).not.toHaveProperty('client_id');
    expect(claims).not.toHaveProperty('jti');
  });

  it('has one audience without the scope openid', async () => {
    const parameters = { audience: AUDIENCE, scope: 'read:things' };
    const { access_token: token } = await bench.tokensOf('ada@example.com', parameters);
    expect(claimsOf(token)).toMatchObject({ aud: AUDIENCE, azp: 'spa' });
    expect(await bench.userinfo(token)).toMatchObject({ error: 'invalid_token' });
  });
});
