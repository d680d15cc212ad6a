import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { spawn } from 'node:child_process';
import { createGunzip } from 'node:zlib';
import { ROOT } from './packed.js';
import { run } from './run.js';

interface LockEntry {
  readonly link?: boolean;
  readonly integrity?: string;
  readonly resolved?: string;
}
type Versions = Record<string, readonly string[]>;

const read = (file: string): unknown => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));

/** A registry on loopback. Records its requests, and answers as a test configures. */
class Registry {
  answer: (response: ServerResponse) => void = (response) => response.end('{}');
  asked: Versions = {};
  readonly #server = createServer((request, response) => void this.#handle(request, response));

  async start(): Promise<void> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const isZipped = request.headers['content-encoding'] === 'gzip';
    const body = await text(isZipped ? request.pipe(createGunzip()) : request);
    this.asked = request.url === '/-/npm/v1/security/advisories/bulk' ? (JSON.parse(body) as Versions) : {};
    this.answer(response);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => void this.#server.close(resolve));
  }
}

const registry = new Registry();
beforeAll(async () => registry.start());
afterAll(async () => registry.stop());
beforeEach(() => (registry.answer = (response) => response.end('{}')));

describe('the audit of the image', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'audit-'));
    const components = [
      { name: '@scope/parser', version: '1.2.3' },
      { name: 'cookie', version: '0.7.2' },
      { name: 'cookie', version: '1.1.1' },
    ];
    writeFileSync(join(folder, 'sbom.json'), JSON.stringify({ components }));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function audit(url = registry.url, deadline = '30000') {
    const words = ['tools/audit.mjs', '--sbom', join(folder, 'sbom.json'), '--deadline', deadline];
    const child = spawn(process.execPath, words, { env: { ...process.env, npm_config_registry: url } });
    const [stdout, stderr, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit') as Promise<[number]>,
    ]);
    return { status, lines: stdout.trimEnd().split('\n'), stderr };
  }
  const advisory = (changes: object = {}) => ({
    ...{
      id: 1,
      url: 'https://advisories.example/1',
      title: 'Bad parsing',
      severity: 'high',
      vulnerable_versions: '<1.0.0',
    },
    ...changes,
  });
  const answerWith = (body: unknown) => (registry.answer = (response) => response.end(JSON.stringify(body)));

  it('checks every package of the SBOM, and succeeds without advisories', async () => {
    expect(await audit()).toEqual({ status: 0, lines: ['audit: 3 packages, 0 advisories'], stderr: '' });
    expect(registry.asked).toEqual({ '@scope/parser': ['1.2.3'], cookie: ['0.7.2', '1.1.1'] });
  });

  it.each(['high', 'critical', 'unheard-of'])('fails for an advisory of severity %s', async (severity) => {
    answerWith({ cookie: [advisory({ severity })] });
    expect(await audit()).toEqual({
      status: 1,
      lines: [`${severity}: cookie@0.7.2: Bad parsing https://advisories.example/1`, 'audit: 3 packages, 1 advisories'],
      stderr: '',
    });
  });

  it.each(['low', 'moderate', 'info'])('reports an advisory of severity %s, and succeeds', async (severity) => {
    answerWith({ cookie: [advisory({ severity })] });
    expect(await audit()).toMatchObject({
      status: 0,
      lines: [expect.stringContaining('cookie@0.7.2'), expect.anything()],
    });
  });

  it('fails for one serious advisory among others', async () => {
    answerWith({
      cookie: [advisory({ severity: 'low' })],
      '@scope/parser': [advisory({ vulnerable_versions: '>=1.2' })],
    });
    expect((await audit()).status).toBe(1);
  });

  it('treats an unreadable range as every version', async () => {
    answerWith({ cookie: [advisory({ vulnerable_versions: undefined })] });
    expect(await audit()).toMatchObject({ status: 1, lines: [/0\.7\.2/, /1\.1\.1/, /2 advisories/].map(matching) });
  });

  it('leaves out advisories about other versions and other packages', async () => {
    answerWith({ cookie: [advisory({ vulnerable_versions: '<0.7.0' })], other: [advisory()] });
    expect(await audit()).toMatchObject({ status: 0, lines: ['audit: 3 packages, 0 advisories'] });
  });

  it('prints no control characters of an advisory', async () => {
    answerWith({ cookie: [advisory({ title: 'a\u001b[2J\nb' })] });
    expect((await audit()).lines[0]).toBe('high: cookie@0.7.2: a?[2J?b https://advisories.example/1');
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['refuses the endpoint', (response) => response.writeHead(405).end()],
    ['does not know the endpoint', (response) => response.writeHead(404).end('{}')],
    ['is out of order', (response) => response.writeHead(503).end()],
    ['answers with a page', (response) => response.end('<html>')],
    ['answers with something else', (response) => response.end('{"error":"no"}')],
    ['answers with null', (response) => response.end('null')],
    ['closes the connection', (response) => response.destroy()],
    ['answers with more than 16 MiB', (response) => response.end(' '.repeat(17 * 1024 * 1024))],
  ])('prints one line and succeeds if the registry %s', async (_what, answer) => {
    registry.answer = answer;
    expect(await audit()).toEqual({ status: 0, lines: [matching(/^audit skipped: /)], stderr: '' });
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['nothing', () => undefined],
    ['half an answer', (response) => response.write('{')],
  ])('ends at its deadline if the registry sends %s', async (_what, answer) => {
    registry.answer = answer;
    const lines = [matching(/^audit skipped: .*TimeoutError/)];
    expect(await audit(registry.url, '1500')).toEqual({ status: 0, lines, stderr: '' });
  });

  it('prints one line and succeeds if the registry does not answer', async () => {
    const gone = new Registry();
    await gone.start();
    const { url } = gone;
    await gone.stop();
    expect(await audit(url)).toEqual({ status: 0, lines: [matching(/^audit skipped: .*ECONNREFUSED/)], stderr: '' });
  });

  it('runs in CI', () => {
    expect(readFileSync(join(ROOT, '.ci/run'), 'utf8')).toMatch(/^timed npm run --silent audit$/m);
  });
});

describe('the lock file', () => {
  const { packages } = read('package-lock.json') as { packages: Record<string, LockEntry> };
  const fromRegistry = Object.entries(packages).filter(([path, { link }]) => path.includes('node_modules/') && !link);

  it('has a checksum of every package that comes from a registry', () => {
    expect(fromRegistry.length).toBeGreaterThan(1000);
    expect(fromRegistry.filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? '')).map(([path]) => path)).toEqual(
      [],
    );
  });

  it('names no registry', () => {
    expect(fromRegistry.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
  });
});

describe('npm audit --omit=dev', () => {
  it('sees every package that is in the image', async () => {
    await run(ROOT, process.execPath, 'tools/sbom.mjs');
    await run(ROOT, 'npm', 'audit', '--omit=dev', '--package-lock-only', `--registry=${registry.url}`);
    const { components } = read('dist/sbom.json') as { components: { name: string; version: string }[] };
    const unseen = components.filter(({ name, version }) => registry.asked[name]?.includes(version) !== true);
    expect(components.length).toBeGreaterThan(100);
    expect(unseen.map(({ name, version }) => `${name}@${version}`)).toEqual([]);
  });

  it('reads the versions that the image is built with', () => {
    const { devDependencies } = read('package.json') as { devDependencies: Record<string, string> };
    const { dependencies } = read('deploy/image/package.json') as { dependencies: Record<string, string> };
    expect(devDependencies).toMatchObject(dependencies);
  });
});

function matching(pattern: RegExp): string {
  return expect.stringMatching(pattern) as string;
}
