// After both builds of the sources: says which of them is ES modules, and makes the service one bundle that needs no node_modules.
import { readFileSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { build } from 'esbuild';

const json = (value) => `${JSON.stringify(value)}\n`;
const manifestOf = (path) => JSON.parse(readFileSync(`${path}/package.json`, 'utf8'));
const esModules = json({ type: 'module' });
writeFileSync('dist/esm/package.json', esModules);

/**
 * What a package of steps (STEPS_PACKAGE) imports from the service, as packages in dist/service/node_modules. It gets the bundle's own
 * classes, not copies: Nest injects by identity, and class-transformer knows what was declared with itself alone.
 */
const SHARED = ['@nestjs/common', '@nestjs/core', 'class-transformer', 'class-validator', 'reflect-metadata'].map(
  (name) => ({ name, version: manifestOf(`node_modules/${name}`).version, modules: { '.': name } }),
);
const { name, version, exports } = manifestOf('.');
const ownModules = Object.entries(exports).filter(([path]) => path === '.' || path.startsWith('./steps/'));
SHARED.push({ name, version, modules: Object.fromEntries(ownModules.map(([path, to]) => [path, to.import.default])) });

const entryOf = (path) => (path === '.' ? 'index' : path.slice('./'.length));

/** What a compiler leaves in a CommonJS module that was an ES module, and what the ES module itself does not have. */
const MARK = '__esModule';

/** A CommonJS module's names are known once it runs; ES modules have to write them down. */
async function reexportOf(module) {
  if (module.startsWith('./')) return `export * from '${module}';`;
  const names = Object.keys(await import(module)).filter((one) => one !== 'default' && one !== 'module.exports');
  const own = names.filter((one) => one !== MARK);
  return `export { ${own.join(', ')} } from '${module}';${names.includes(MARK) ? ` export const ${MARK} = true;` : ''}`;
}

const shared = {
  name: 'shared',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^shared:/ }, ({ path }) => ({ path: path.slice('shared:'.length), namespace: 'shared' }));
    onLoad({ filter: /./, namespace: 'shared' }, async ({ path }) => ({
      contents: await reexportOf(path),
      resolveDir: '.',
    }));
  },
};

/**
 * Node's own modules are required, also where they are imported: an import asks for everything that a module has, and of `node:http`
 * that is a whole client, undici, which nobody uses.
 */
const builtins = {
  name: 'builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /./ }, ({ path, kind }) =>
      kind === 'import-statement' && isBuiltin(path) ? { path, namespace: 'builtin' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({ contents: `module.exports = require('${path}');` }));
  },
};

const { metafile } = await build({
  entryPoints: [
    { in: 'dist/esm/main.js', out: 'main' },
    ...SHARED.flatMap((one) =>
      Object.entries(one.modules).map(([path, module]) => ({
        in: `shared:${module}`,
        out: `node_modules/${one.name}/${entryOf(path)}`,
      })),
    ),
  ],
  outdir: 'dist/service',
  bundle: true,
  plugins: [shared, builtins],
  // As ES modules, of which only what is used comes in.
  alias: {
    'class-validator': 'class-validator/esm2015/index.js',
    rxjs: './node_modules/rxjs/dist/esm/index.js',
    'rxjs/operators': './node_modules/rxjs/dist/esm/operators/index.js',
  },
  // What a service without Redis, without mails or without steps of one's own does not load is in files of its own.
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Nest asks for these where an application uses them; the service does not.
  external: ['@nestjs/microservices*', '@nestjs/websockets*'],
  // CommonJS packages in the bundle require Node's own modules.
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  },
  // Half the text to keep in memory. Names stay, and lines are short: the log tells where something was thrown, and Node prints the line.
  minifySyntax: true,
  minifyWhitespace: true,
  lineLimit: 120,
  legalComments: 'linked',
  logLevel: 'warning',
  metafile: true,
});
writeFileSync('dist/service/package.json', esModules);

for (const one of SHARED) {
  const folder = `dist/service/node_modules/${one.name}`;
  const entries = Object.keys(one.modules).map((path) => {
    // From here, and not from the package of steps: Node warns of ES modules that are required outside of node_modules.
    writeFileSync(
      `${folder}/${entryOf(path)}.cjs`,
      `module.exports = require('./${entryOf(path).split('/').pop()}.js');\n`,
    );
    return [path, { import: `./${entryOf(path)}.js`, require: `./${entryOf(path)}.cjs` }];
  });
  const manifest = { name: one.name, version: one.version, type: 'module', exports: Object.fromEntries(entries) };
  writeFileSync(`${folder}/package.json`, json(manifest));
}

/** What the bundle has something of, as name@version, for tools/sbom.mjs. */
const folders = Object.values(metafile.outputs)
  .flatMap(({ inputs }) => Object.entries(inputs))
  .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
  .flatMap(([file]) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []);
const bundled = [...new Set(folders)].map(manifestOf).map((one) => `${one.name}@${one.version}`);
writeFileSync('dist/bundled.json', json([...new Set(bundled)].toSorted()));
