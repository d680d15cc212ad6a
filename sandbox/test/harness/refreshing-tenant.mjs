// An OpenID Connect server that issues refresh tokens, and the sample app as its client. Prints the app's address when ready.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const dist = process.argv[2];
const { default: loopback } = await import(`${dist}/network/loopback-server.js`);
const { default: sample } = await import(`${dist}/app/sample-app.js`);

const appServer = await loopback.listenLoopback(0);
const origin = `http://app.localhost:${appServer.port}`;
const server = createServer().listen(0, '127.0.0.1');
await once(server, 'listening');
const tenantOrigin = `http://tenant.localhost:${server.address().port}`;
const secret = 'a secret of the tests';

const provider = new Provider(tenantOrigin, {
  clients: [
    {
      ...{ client_id: 'app', client_secret: secret, token_endpoint_auth_method: 'client_secret_post' },
      ...{ redirect_uris: [`${origin}/callback`], grant_types: ['authorization_code', 'refresh_token'] },
    },
  ],
  issueRefreshToken: (_ctx, _client, code) => code.scopes.has('offline_access'),
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, name: 'Ada' }) }),
});
server.on('request', provider.callback());
const client = { clientId: 'app', clientSecret: secret, name: 'App', callbacks: [`${origin}/callback`] };
appServer.handle(sample.sampleApp({ origin, hostname: 'app.localhost', tenantOrigin, client }));
let refreshes = 0;
provider.on('grant.success', (ctx) => {
  if (ctx.oidc.params.grant_type === 'refresh_token') process.stdout.write(`refreshed ${(refreshes += 1)}\n`);
});
process.stdout.write(`${JSON.stringify({ app: origin })}\n`);
process.stdin.on('end', () => process.exit()).resume();
