import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Chrome } from './harness/chrome.js';
import { build, SandboxProcess } from './harness/sandbox-process.js';

const ACTION = `
exports.onExecutePostLogin = async (event, api) => {
  api.idToken.setCustomClaim('by', [event.transaction.protocol, ...event.transaction.response_type].join(' '));
};`;

/** An app with the configuration of the SDK's first example, which shows the user's claims. */
const APP = `
const express = require(${JSON.stringify(require.resolve('express'))});
const { auth } = require(${JSON.stringify(require.resolve('express-openid-connect', { paths: [join(__dirname, '..')] }))});
const app = express();
const server = app.listen(0, 'localhost', () => {
  const baseURL = 'http://localhost:' + server.address().port;
  console.log(JSON.stringify({ app: baseURL }));
  process.stdin.once('data', (line) => {
    const { issuerBaseURL, ...more } = JSON.parse(line);
    app.use(auth({ issuerBaseURL, baseURL, clientID: 'own', secret: 'a-secret-of-more-than-thirty-two-bytes', ...more }));
    app.get('/', (request, response) => response.json(request.oidc.idTokenClaims));
    console.log('ready');
  });
});`;

let folder: string;
let chrome: Chrome;
const started: SandboxProcess[] = [];
beforeAll(async () => {
  build();
  folder = mkdtempSync(join(tmpdir(), 'sandbox-express-'));
  writeFileSync(join(folder, 'action.js'), ACTION);
  chrome = await Chrome.start();
  chrome.context.setDefaultTimeout(20_000);
}, 60_000);
afterAll(async () => {
  await chrome.stop();
  rmSync(folder, { recursive: true });
});

/** Cookies ignore ports, so the next app at localhost would receive the cookies of this one. */
afterEach(async () => {
  await Promise.all([...started.splice(0).map((process) => process.stop()), chrome.context.clearCookies()]);
});

describe('Auth0’s SDK for Express in a browser', () => {
  const hybrid = { clientSecret: 'own-secret', authorizationParams: { response_type: 'code id_token' } };

  it.each([
    ['with its default configuration', {}, 'oidc-implicit-profile id_token'],
    ['with a hybrid flow', hybrid, 'oidc-hybrid-profile code id_token'],
  ])(
    'logs in %s',
    async (_name, settings, by) => {
      const app = await SandboxProcess.embed(APP);
      started.push(app);
      const secret = 'clientSecret' in settings ? ['--client-secret', settings.clientSecret] : [];
      const client = ['--client-id', 'own', '--callback', `${app.ready.app}/callback`, ...secret];
      const options = ['--hostname', 'localhost', '--no-app', '--action', join(folder, 'action.js')];
      const sandbox = await SandboxProcess.start([...options, ...client]);
      started.push(sandbox);
      await app.tell(JSON.stringify({ issuerBaseURL: sandbox.ready.tenant, ...settings }));
      const page = await chrome.context.newPage();
      await page.goto(app.ready.app);
      await page.fill('#email', 'ada@example.com');
      await page.click('text=Continue');
      await page.waitForURL(`${app.ready.app}/`);
      expect(JSON.parse((await page.textContent('pre')) ?? '{}')).toMatchObject({ email: 'ada@example.com', by });
      await page.close();
      await Promise.all([app.stop(), sandbox.stop()]);
    },
    60_000,
  );
});
