import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importsOf, packageOf, reachOf } from './imports.js';
import { Packed, ROOT } from './packed.js';
import { runNode } from './run.js';

/** The optional peers that each entry point may load. */
const OWN_PEERS: Readonly<
  Record<string, { readonly atOnce?: readonly string[]; readonly lazily?: readonly string[] }>
> = {
  '.': { lazily: ['@marcbachmann/cel-js'] },
  './testing': { lazily: ['@marcbachmann/cel-js'] },
  './redis': { atOnce: ['ioredis'] },
  './steps/account-link': { lazily: ['openid-client'] },
  './steps/email-code': { lazily: ['nodemailer'] },
  './steps/external': { lazily: ['jose'] },
  './steps/sms-code': { lazily: ['@smithy/signature-v4', '@aws-crypto/sha256-js'] },
};

const MODULE_SYSTEMS = ['import', 'require'] as const;

describe('the packed tarball', () => {
  let packed: Packed;
  beforeAll(async () => {
    packed = await Packed.create();
  });
  afterAll(() => packed.remove());

  const isOptional = (name: string): boolean => packed.optionalPeers.includes(name);
  const shipped = (pattern: RegExp): string[] => packed.files.filter((file) => pattern.test(file));
  const specifierOf = (entry: string): string => packed.manifest.name + entry.slice(1);

  it('is under 400 KB', () => {
    expect(packed.size).toBeLessThan(400_000);
  });

  it('holds no tests, source maps, sources, sandbox, measurements or bundle of the service', () => {
    expect(
      shipped(/\.(spec|test)\.|\.map$|(?<!\.d)\.[cm]?ts$|^(test|sandbox|bench|examples|src|dist\/service)\//),
    ).toEqual([]);
  });

  it('holds every target of its exports and its command', () => {
    const targets = packed.entryPoints.flatMap((entry) =>
      MODULE_SYSTEMS.flatMap((system) => Object.values(entry[system])),
    );
    const files = [...targets, ...Object.values(packed.manifest.bin)].map((target) => target.replace(/^\.\//, ''));
    expect(files.filter((file) => !packed.files.includes(file))).toEqual([]);
  });

  it('holds the factory and the schema of each schematic', () => {
    const files = packed.schematics.flatMap(({ factory, schema }) => [factory, schema]);
    expect(files.length).toBeGreaterThan(2);
    expect(files.filter((file) => !packed.files.includes(file))).toEqual([]);
  });

  it('holds no unreachable code', () => {
    const targets = packed.entryPoints.flatMap((entry) =>
      MODULE_SYSTEMS.flatMap((system) => Object.values(entry[system])),
    );
    const factories = packed.schematics.map(({ factory }) => factory);
    const reached = [...targets, ...Object.values(packed.manifest.bin), ...factories].flatMap((target) => [
      ...reachOf(packed.pathOf(target), { lazily: true }).files,
    ]);
    // No code loads a file that contains only types.
    const known = new Set(reached.map((file) => file.replace(/\.d\.ts$/, '.js')));
    expect(shipped(/^dist\/.*\.js$/).filter((file) => !known.has(packed.pathOf(file)))).toEqual([]);
  });

  it('declares what its code imports', () => {
    const declared = { ...packed.manifest.dependencies, ...packed.manifest.peerDependencies };
    const undeclared = shipped(/^dist\/.*\.js$/).flatMap((file) =>
      importsOf(packed.pathOf(file))
        .map(({ specifier }) => specifier)
        .filter((specifier) => !/^(\.|node:)/.test(specifier) && !Object.hasOwn(declared, packageOf(specifier)))
        .map((specifier) => `${file}: ${specifier}`),
    );
    expect(undeclared).toEqual([]);
  });

  it('declares the packages of its types', () => {
    const declared = { ...packed.manifest.dependencies, ...packed.manifest.peerDependencies };
    const undeclared = packed.entryPoints.flatMap((entry) =>
      MODULE_SYSTEMS.flatMap((system) => {
        const { packages } = reachOf(packed.pathOf(entry[system].types), { lazily: true });
        return [...packages].filter((name) => !Object.hasOwn(declared, name)).map((name) => `${entry.name}: ${name}`);
      }),
    );
    expect(undeclared).toEqual([]);
  });

  it.each(MODULE_SYSTEMS)('loads no optional peer from an entry point that does not use it, by %s', (system) => {
    const found = packed.entryPoints.map((entry) => {
      const file = packed.pathOf(entry[system].default);
      const optional = (lazily: boolean): string[] => [...reachOf(file, { lazily }).packages].filter(isOptional);
      return { name: entry.name, atOnce: optional(false), all: optional(true) };
    });
    const expected = packed.entryPoints.map(({ name }) => {
      const { atOnce = [], lazily = [] } = OWN_PEERS[name] ?? {};
      return { name, atOnce, all: [...atOnce, ...lazily] };
    });
    expect(found).toEqual(expected);
  });

  it('works without optional peers, except the entry points that need one', async () => {
    const application = await packed.application('bare', []);
    const entries = packed.entryPoints.filter(({ name }) => OWN_PEERS[name]?.atOnce === undefined);
    const specifiers = JSON.stringify(entries.map(({ name }) => specifierOf(name)));
    const required = `for (const entry of ${specifiers}) console.log(entry, Object.keys(require(entry)).length > 0)`;
    const imported = `for (const entry of ${specifiers}) console.log(entry, Object.keys(await import(entry)).length > 0)`;
    const expected = entries.map(({ name }) => `${specifierOf(name)} true\n`).join('');
    expect(await runNode(application, '--input-type=commonjs', '-e', required)).toBe(expected);
    expect(await runNode(application, '--input-type=module', '-e', imported)).toBe(expected);
  });

  it('loads no installed optional peer from an entry point that does not use it', async () => {
    const application = await packed.application('full', packed.optionalPeers);
    const script = `require(process.argv[1]); console.log(JSON.stringify(Object.keys(require.cache)))`;
    for (const { name } of packed.entryPoints) {
      const output = await runNode(application, '--input-type=commonjs', '-e', script, specifierOf(name));
      const files = JSON.parse(output) as string[];
      const loaded = packed.optionalPeers.filter((peer) =>
        files.some((file) => file.includes(`/node_modules/${peer}/`)),
      );
      expect({ name, loaded }).toEqual({ name, loaded: OWN_PEERS[name]?.atOnce ?? [] });
    }
  });

  it('exports every path that the documentation and the examples import', () => {
    const folders = ['docs', 'examples'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
    );
    const documents = ['README.md', ...folders].filter(
      (file) => /\.(md|[cm]?[jt]s)$/.test(file) && !file.includes('node_modules'),
    );
    const missing = documents.flatMap((document) =>
      [...readFileSync(join(ROOT, document), 'utf8').matchAll(/['"`]nestjs-auth-redirect(\/[\w/.-]+)?['"`]/g)]
        .map(([, path = '']) => `.${path}`)
        .filter((path) => !Object.hasOwn(packed.manifest.exports, path))
        .map((path) => `${document}: ${path}`),
    );
    expect(documents.length).toBeGreaterThan(5);
    expect(missing).toEqual([]);
  });
});
