import { AppBench, CALLBACK, SPA } from './harness/app-bench.js';
import { Browser } from './harness/browser.js';

let bench: AppBench;
beforeAll(async () => {
  bench = await AppBench.start('exports.onExecutePostLogin = async () => {};');
}, 60_000);
afterAll(() => bench?.stop());

describe('an authorize request that is refused', () => {
  it('shows the client, the sent callback and the allowed callbacks', async () => {
    const sent = 'http://my-app.localhost:1/calback';
    const page = await bench.authorize(new Browser(), { redirect_uri: sent });
    expect(page.status).toBe(400);
    for (const text of ['Callback URL mismatch', SPA.client_id, sent, CALLBACK]) expect(page.body).toContain(text);
    expect(await bench.steps('denied')).toMatchObject([
      {
        title: 'The user sees an error page',
        error: 'invalid_redirect_uri',
        description: `Callback URL mismatch. ${sent} is not in the list of allowed callback URLs of My SPA. Did you mean "${CALLBACK}"?`,
      },
    ]);
  });

  it('names an unknown client and the known clients', async () => {
    const page = await bench.authorize(new Browser(), { client_id: 'spaa' });
    expect(page.body).toContain('Unknown client: spaa. Did you mean &#34;spa&#34;?');
    expect(page.body).toContain('web');
    expect(await bench.record()).toMatchObject({ clientId: 'spaa', status: 'failed' });
  });

  it('reports a wrong callback in addition to another mistake, and records both', async () => {
    const sent = { redirect_uri: 'http://elsewhere.localhost/', response_type: 'magic' };
    expect((await bench.authorize(new Browser(), sent)).body).toContain('Callback URL mismatch');
    const errors = (await bench.steps('denied')).map(({ error }) => error);
    expect(errors).toEqual(['unsupported_response_type', 'invalid_redirect_uri']);
  });

  it.each([
    ['a response type that is unknown', { response_type: 'magic' }, 'unsupported_response_type'],
    ['a prompt that is unknown', { prompt: 'magic' }, 'invalid_request'],
    ['a silent login without a session', { prompt: 'none' }, 'login_required'],
  ])('is recorded once, with the error for the app: %s', async (_name, parameters, error) => {
    const { url } = await bench.authorize(new Browser(), parameters);
    expect(new URL(url).searchParams.get('error')).toBe(error);
    expect(await bench.steps('authorize')).toMatchObject([{ parameters }]);
    const [denied, ...more] = await bench.steps('denied');
    expect(denied).toMatchObject({ error });
    expect(denied).not.toHaveProperty('title');
    expect((await bench.record()).status).toBe(error === 'login_required' ? 'interaction required' : 'failed');
    expect(more).toEqual([]);
  });
});
