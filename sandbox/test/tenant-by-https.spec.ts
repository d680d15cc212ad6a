import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TransactionRecord } from '../src/index.js';
import { Browser } from './harness/browser.js';
import { submitLogin } from './harness/login.js';
import { build, SandboxProcess } from './harness/sandbox-process.js';

const CALLBACK = 'http://own.localhost:1/callback';

const ACTION = `const https = require('node:https');
const get = (url) => new Promise((resolve, reject) => {
  https.get(url, (response) => { let text = ''; response.on('data', (part) => (text += part)); response.on('end', () => resolve(JSON.parse(text))); })
    .on('error', reject);
});
exports.onExecutePostLogin = async (event, api) => {
  const path = '/.well-known/openid-configuration';
  const names = ['https://' + event.request.hostname, 'https://' + event.secrets.DOMAIN, 'https://acme.eu.auth0.com'];
  for (const name of names) {
    console.log((await get(name + path)).issuer, (await (await fetch(name + path)).json()).issuer);
  }
};`;

let folder: string;
let sandbox: SandboxProcess;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

beforeAll(async () => {
  build();
  folder = mkdtempSync(join(tmpdir(), 'sandbox-by-https-'));
  const port = await freePort();
  writeFileSync(join(folder, 'action.js'), ACTION);
  writeFileSync(join(folder, 'secrets.json'), JSON.stringify({ DOMAIN: `tenant.localhost:${port}` }));
  sandbox = await SandboxProcess.start([
    ...['--action', join(folder, 'action.js'), '--secrets', join(folder, 'secrets.json'), '--no-app'],
    ...['--port', String(port), '--client-id', 'own', '--callback', CALLBACK],
    ...['--map', `https://acme.eu.auth0.com=http://tenant.localhost:${port}`],
  ]);
}, 60_000);

afterAll(async () => {
  await sandbox?.stop();
  rmSync(folder, { recursive: true });
});

it('lets an Action reach the tenant by https, as it does at Auth0', async () => {
  const { tenant } = sandbox.ready;
  const query = { response_type: 'code', client_id: 'own', redirect_uri: CALLBACK, scope: 'openid', state: 's' };
  const end = await submitLogin(
    new Browser(),
    `${tenant}/authorize?${new URLSearchParams(query)}`,
    'ada@example.com',
    'own.localhost:1',
  );
  expect(new URL(end.url).searchParams.get('error_description')).toBeNull();
  const { body } = await new Browser().fetch(`${tenant}/transactions.json`);
  const { transactions }: { transactions: TransactionRecord[] } = JSON.parse(body);
  const entries = transactions[0]?.steps.flatMap((step) => (step.kind === 'action' ? step.entries : [])) ?? [];
  const masked = tenant.replace(/tenant.localhost:\d+/, '••••••••');
  const texts = entries.map((entry) => (entry.type === 'log' ? entry.text : ''));
  expect(texts).toEqual(Array(3).fill(`${masked}/ ${masked}/`));
});

it('accepts no unmapped host name', async () => {
  const { status } = await new Browser().fetch(`${sandbox.ready.tenant}/`, { headers: { host: 'other.eu.auth0.com' } });
  expect(status).toBe(421);
});
