import { X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseCli } from '../src/cli-options.js';
import { cacheFolder } from '../src/network/cache-folder.js';
import { httpsSettings } from '../src/network/certificate-authority.js';
import { createServerCertificate } from '../src/network/certificates.js';
import { listenLoopback } from '../src/network/loopback-server.js';
import { loopbackLookup } from '../src/network/loopback-fetch.js';
import { Browser } from './harness/browser.js';
import { build, run, SandboxProcess } from './harness/sandbox-process.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-https-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const authorityFile = (): string => join(folder, 'authority', 'ca.pem');
const keyFile = (): string => join(folder, 'authority', 'ca-key.pem');

/** Returns the response to a client that trusts only one authority. */
function get(url: string, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { ca, lookup: loopbackLookup, agent: false }, (response) => {
      text(response).then(resolve, reject);
    });
    sent.once('error', reject).end();
  });
}

describe('a generated certificate', () => {
  it('is valid for all names of the run, and for this machine', async () => {
    const { tls } = await httpsSettings(folder, ['tenant.localhost', 'app.localhost', 'a.b.localhost']);
    const server = await listenLoopback(0, tls);
    server.handle((_request, response) => void response.end('here'));
    const authority = readFileSync(authorityFile(), 'utf8');
    try {
      for (const name of ['tenant.localhost', 'app.localhost', 'a.b.localhost', 'localhost', '127.0.0.1', '[::1]']) {
        expect(await get(`https://${name}:${server.port}/`, authority)).toBe('here');
      }
      const other = get(`https://other.localhost:${server.port}/`, authority);
      await expect(other).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    } finally {
      await server.close();
    }
  });

  it('is new in each run, from the same authority', async () => {
    const [first, second] = [await httpsSettings(folder, []), await httpsSettings(folder, [])];
    const authority = new X509Certificate(readFileSync(authorityFile()));
    for (const { tls } of [first, second]) expect(new X509Certificate(tls.cert).verify(authority.publicKey)).toBe(true);
    expect(first.tls.key).not.toBe(second.tls.key);
    expect(first.authorityFile).toBe(authorityFile());
  });

  it('is not valid longer than browsers accept', async () => {
    const { tls } = await httpsSettings(folder, []);
    const { validFrom, validTo } = new X509Certificate(tls.cert);
    expect(Date.parse(validTo) - Date.parse(validFrom)).toBeLessThan(398 * 86_400_000);
    expect(Date.parse(validFrom)).toBeLessThan(Date.now() - 3_600_000);
  });
});

describe('the authority', () => {
  it('protects its key from other users', async () => {
    await httpsSettings(folder, []);
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
  });

  it('cannot sign for other machines, even with its key', async () => {
    await httpsSettings(folder, []);
    const authority = { cert: readFileSync(authorityFile(), 'utf8'), key: readFileSync(keyFile(), 'utf8') };
    const tls = await createServerCertificate(authority, ['bank.example', 'localhost']);
    const server = await listenLoopback(0, tls);
    try {
      const sent = get(`https://localhost:${server.port}/`, authority.cert);
      await expect(sent).rejects.toThrow('permitted subtree violation');
    } finally {
      await server.close();
    }
  });

  it('is the same for sandboxes that start at the same time', async () => {
    const started = await Promise.all([1, 2, 3, 4].map(() => httpsSettings(folder, [])));
    const authority = new X509Certificate(readFileSync(authorityFile()));
    for (const { tls } of started) expect(new X509Certificate(tls.cert).verify(authority.publicKey)).toBe(true);
    expect(readdirSync(folder)).toEqual(['authority']);
  });

  it.each([
    ['ca.pem', 'nonsense'],
    ['ca-key.pem', 'nonsense'],
  ])('is reported if %s contains %p', async (file, content) => {
    await httpsSettings(folder, []);
    writeFileSync(join(folder, 'authority', file), content);
    await expect(httpsSettings(folder, [])).rejects.toMatchObject({
      code: 'https_folder_unusable',
      message: expect.stringMatching(/^The certificate authority in .*authority cannot be used: .* Delete the folder/),
    });
  });

  it('is reported if its key belongs to another authority', async () => {
    await httpsSettings(folder, []);
    const other = join(folder, 'other');
    await httpsSettings(other, []);
    writeFileSync(keyFile(), readFileSync(join(other, 'authority', 'ca-key.pem')));
    await expect(httpsSettings(folder, [])).rejects.toThrow('ca-key.pem is not the key of ca.pem');
  });

  it('signs no certificate for other names', async () => {
    const message = '--https covers localhost and names below it. For app.test use --tls-cert and --tls-key.';
    await expect(httpsSettings(folder, ['app.test'])).rejects.toMatchObject({ code: 'usage', message });
    expect(existsSync(authorityFile())).toBe(false);
  });

  it.each([
    ['linux', { XDG_CACHE_HOME: '/c' }, '/c/auth0-actions-sandbox'],
    ['linux', {}, '/.cache/auth0-actions-sandbox'],
    ['darwin', { XDG_CACHE_HOME: '/c' }, '/Library/Caches/auth0-actions-sandbox'],
    ['win32', { LOCALAPPDATA: '/l' }, '/l/auth0-actions-sandbox'],
  ] as const)('is kept in the cache folder of %s with %p', (platform, environment, end) => {
    expect(cacheFolder(environment, platform).endsWith(end)).toBe(true);
  });
});

describe('--https', () => {
  it.each([
    [['--https-dir', 'd'], '--https-dir requires --https. See --help.'],
    [
      ['--https', '--tls-cert', 'c', '--tls-key', 'k'],
      '--https generates a certificate: leave --tls-cert and --tls-key out. See --help.',
    ],
  ])('does not accept %p', (args, message) => {
    expect(() => parseCli(['--action', 'a.js', ...args])).toThrow(message);
  });

  it('has a folder by default', () => {
    expect(parseCli(['--action', 'a.js', '--https'])).toMatchObject({ https: { folder: cacheFolder() } });
  });

  it('serves a login over https, including the sample app', async () => {
    build();
    const action = join(folder, 'action.js');
    writeFileSync(action, 'exports.onExecutePostLogin = async () => {};');
    const sandbox = await SandboxProcess.start(['--action', action, '--https', '--https-dir', folder, '--vendor']);
    try {
      const { tenant, app, vendor, authority } = sandbox.ready;
      expect([tenant, app, vendor].every((url) => url.startsWith('https://'))).toBe(true);
      expect(authority).toBe(authorityFile());
      const browser = new Browser(undefined, readFileSync(authority, 'utf8'));
      const page = await browser.open(`${app}/login`);
      const home = await browser.open(page.url, { method: 'POST', form: { email: 'ada@example.com', password: 'x' } });
      expect(home.body).toContain('Hello, Ada');
      expect((await browser.fetch(`${vendor}/`)).status).toBe(400);
    } finally {
      await sandbox.stop();
    }
  }, 60_000);

  it('fails in one line if the folder cannot be used', async () => {
    const action = join(folder, 'action.js');
    writeFileSync(action, '');
    const { code, stderr } = await run(['--action', action, '--https', '--https-dir', action]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^auth0-actions-sandbox: The certificate authority in .* cannot be used: .*\n$/);
  });
});
