import { ADAPTERS, HostApplication } from '../harness/application.js';
import { ISSUER, SECRET, STATE, tokenWith } from '../harness/tokens.js';

const OTHER_SECRET = 'Wq8rT2mYx4Zs6bN0vK3jL9pD5fG7hA1c';
const other = { name: 'other', issuers: ['other.auth0.com'], keys: { current: OTHER_SECRET } };

const address = (parameters: Record<string, string>): string =>
  `/redirect?${new URLSearchParams({ state: STATE, ...parameters }).toString()}`;

describe.each(ADAPTERS)('the names of the parameters on %s', (adapter) => {
  let host: HostApplication;
  afterEach(async () => host.stop());

  it('are those of the configuration, in the query and in the form', async () => {
    host = await HostApplication.start(adapter, {
      sessionTokenParameter: 'token',
      continueTokenParameter: 'answer-token',
    });
    const { status, body } = await host.request(address({ token: tokenWith({}) }));
    expect(status).toBe(200);
    expect(body).toMatch(/<input type="hidden" name="answer-token" value="ey/);
    expect(body).not.toContain('session_token');
    expect((await host.request(address({ session_token: tokenWith({}) }))).status).toBe(400);
    expect(host.refused.at(-1)).toMatchObject({ code: 'parameter_missing' });
  });

  it('can differ between tenants, and a tenant has only its own', async () => {
    const tenants = [
      { name: 'first', issuers: [ISSUER], keys: { current: SECRET }, sessionTokenParameter: 'token' },
      { ...other, continueTokenParameter: 'continueToken' },
    ];
    host = await HostApplication.start(adapter, { issuer: undefined, secret: undefined, tenants } as never);
    const token = tokenWith({});
    expect((await host.request(address({ token }))).body).toContain('name="session_token"');
    expect((await host.request(address({ session_token: token }))).status).toBe(400);
    expect(host.refused.at(-1)).toMatchObject({ code: 'parameter_missing', tenant: 'first' });
    for (const twice of [{ token, session_token: token }, { token, 'session_token[]': token }, { 'token.a': token }]) {
      expect((await host.request(address(twice))).status).toBe(400);
    }
    expect(host.refused.map(({ code }) => code).slice(1)).toEqual([
      'parameter_repeated',
      'parameter_nested',
      'parameter_nested',
    ]);
  });

  it.each(['state', 'a b', '', '1st', 'x'.repeat(65)])('cannot be %j', async (sessionTokenParameter) => {
    host = await HostApplication.start(adapter);
    await expect(HostApplication.start(adapter, { sessionTokenParameter })).rejects.toMatchObject({
      problems: [expect.stringMatching(/^sessionTokenParameter is (?:not a name|the name of another parameter)/)],
    });
  });
});
