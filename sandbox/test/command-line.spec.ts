import { parseCli } from '../src/cli-options.js';
import { SandboxError } from '../src/sandbox-errors.js';
import { parseSecrets } from '../src/secrets-file.js';
import { assertVendorSettings } from '../src/vendor/vendor-settings.js';

function failure(run: () => unknown): { code: string; message: string } {
  try {
    run();
  } catch (error) {
    if (error instanceof SandboxError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('It did not fail.');
}

describe('the command line', () => {
  it('reads every option', () => {
    const line =
      '--action a.js --action b.js --secrets s.json --hostname t.localhost --port 0 --app-hostname x.localhost --app-port 1 ' +
      '--client-id me --client-secret hush --callback http://localhost:1/cb --callback my:/cb --json';
    expect(parseCli(line.split(' '))).toEqual({
      kind: 'start',
      watch: false,
      json: true,
      secretsFile: 's.json',
      options: {
        actions: ['a.js', 'b.js'],
        hostname: 't.localhost',
        port: 0,
        app: { hostname: 'x.localhost', port: 1 },
        client: { clientId: 'me', clientSecret: 'hush', callbacks: ['http://localhost:1/cb', 'my:/cb'] },
      },
    });
  });

  it('reads every option of the vendor', () => {
    const line =
      '--action a.js --vendor --vendor-hostname v.localhost --vendor-port 0 --vendor-alg HS256 --vendor-secret-file s.txt ' +
      '--vendor-audience me --vendor-return https://a.example --vendor-return http://b.example:8080 --languages en,fr-FR';
    expect(parseCli(line.split(' '))).toMatchObject({
      vendorSecretFile: 's.txt',
      options: {
        vendor: {
          ...{ hostname: 'v.localhost', port: 0, algorithm: 'HS256', audience: 'me' },
          returnOrigins: ['https://a.example', 'http://b.example:8080'],
        },
        languages: ['en', 'fr-FR'],
      },
    });
  });

  it.each([
    [['--vendor'], {}],
    [[], undefined],
  ])('has a vendor with %p only if requested', (args, vendor) => {
    const request = parseCli(['--action', 'a.js', ...args]);
    expect(request.kind === 'start' && request.options.vendor).toEqual(vendor);
  });

  it('reads the files for https', () => {
    const line = '--action a.js --tls-cert c.pem --tls-key k.pem';
    expect(parseCli(line.split(' '))).toMatchObject({ tlsFiles: { cert: 'c.pem', key: 'k.pem' } });
  });

  it('starts without the sample app', () => {
    expect(parseCli(['--action', 'a.js', '--no-app'])).toMatchObject({ options: { app: false } });
  });

  it.each([
    [['--help'], 'help'],
    [['--version', '--action', 'a.js'], 'version'],
  ])('accepts %p', (args, kind) => {
    expect(parseCli(args).kind).toBe(kind);
  });

  it.each([
    [[], 'A tenant or an Action is needed: --tenant PATH or --action FILE. There is no tenant.yaml here. See --help.'],
    [['--action', 'a.js', '--bogus'], "Unknown option '--bogus'. See --help."],
    [['--action'], "Option '--action <value>' argument missing. See --help."],
    [['--action', 'a.js', '--tls-cert', 'c.pem'], 'Use --tls-cert and --tls-key together. See --help.'],
    [['--action', 'a.js', '--port', '70000'], '--port has to be a number from 0 to 65535; got "70000". See --help.'],
    [
      ['--action', 'a.js', '--hostname', 'http://x'],
      '--hostname has to be a host name without scheme and port; got "http://x". See --help.',
    ],
    [
      ['--action', 'a.js', '--vendor', '--vendor-alg', 'none'],
      '--vendor-alg has to be one of RS256, ES256, HS256; got "none". See --help.',
    ],
    [['--action', 'a.js', '--vendor-port', '1'], '--vendor-port needs --vendor. See --help.'],
    [
      ['--action', 'a.js', '--languages', 'en, '],
      '--languages has to be a list such as en,fr-FR; got "en, ". See --help.',
    ],
    [
      ['--action', 'a.js', '--client-id', 'x'],
      'Your own app needs --client-id, and --callback or --client-secret. See --help.',
    ],
    [
      ['--action', 'a.js', '--client-id', 'x', '--callback', 'y'],
      '--callback has to be an absolute URL; got "y". See --help.',
    ],
  ])('explains %p in one line', (args, message) => {
    expect(failure(() => parseCli(args))).toEqual({ code: 'usage', message });
  });
});

describe('the settings of a vendor', () => {
  it.each([
    [{ algorithm: 'HS256' }, 'A vendor that signs with HS256 needs a secret of 32 bytes or more.'],
    [
      { algorithm: 'HS256', secret: 'x'.repeat(31) },
      'A vendor that signs with HS256 needs a secret of 32 bytes or more.',
    ],
    [{ secret: 'x'.repeat(32) }, 'A secret of the vendor is for HS256 only.'],
    [
      { returnOrigins: ['https://a.example/'] },
      'The vendor returns to origins, such as https://steps.example.com, without a slash; got "https://a.example/".',
    ],
    [
      { returnOrigins: ['a.example'] },
      'The vendor returns to origins, such as https://steps.example.com, without a slash; got "a.example".',
    ],
  ] as const)('are refused where they are %j', (settings, message) => {
    expect(failure(() => assertVendorSettings(settings))).toEqual({ code: 'usage', message });
  });
});

describe('a secrets file', () => {
  it('is a JSON object', () => {
    expect(parseSecrets('{"A":"1","B":""}')).toEqual({ A: '1', B: '' });
  });

  it('is lines of NAME=VALUE', () => {
    const text = '# comment\n\nexport A=1\nB = "two words"\nC=\'x=y\'\r\nD=a#b\nE=\n';
    expect(parseSecrets(text)).toEqual({ A: '1', B: 'two words', C: 'x=y', D: 'a#b', E: '' });
  });

  it.each([
    ['{"A": hush}', 'The secrets file f is not valid JSON.'],
    ['["hush"]', 'The secrets file f has to hold one JSON object.'],
    ['{"A": 12345678}', 'In the secrets file f, the value of "A" is not a string.'],
    ['A=1\nhush hush', 'In the secrets file f, line 2 is not NAME=VALUE.'],
  ])('are refused for %p without a quote of their content', (text, message) => {
    expect(failure(() => parseSecrets(text, 'f'))).toEqual({ code: 'secrets_file_malformed', message });
  });
});
