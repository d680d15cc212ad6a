// After both builds of the sources: says which of them is ES modules, and makes the service one bundle that needs no node_modules.
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { atBuild } from './bundle/at-build.mjs';
import { builtins } from './bundle/builtins.mjs';
import { dynamicImports } from './bundle/dynamic-imports.mjs';
import { later, laterEntryPoints } from './bundle/later.mjs';
import { manifestOf, sharedPackages, writeSharedPackages } from './bundle/shared-packages.mjs';

const BUNDLE = 'dist/service';
writeFileSync('dist/esm/package.json', '{"type":"module"}\n');

const common = {
  outdir: BUNDLE,
  bundle: true,
  platform: 'node',
  target: 'node20',
  // Half the text to keep in memory. Names stay, and lines are short: the log tells where something was thrown, and Node prints the line.
  minifySyntax: true,
  minifyWhitespace: true,
  lineLimit: 120,
  legalComments: 'linked',
  logLevel: 'warning',
  // What is not there is not found out when it is called.
  logOverride: { 'import-is-undefined': 'error' },
  metafile: true,
};

const bundles = await Promise.all([
  build({
    ...common,
    entryPoints: [{ in: 'tools/bundle/service-entry.mjs', out: 'bundle' }],
    plugins: [sharedPackages, dynamicImports, later, builtins, atBuild],
    // As ES modules, of which only what is used comes in.
    alias: {
      'class-validator': 'class-validator/esm2015/index.js',
      rxjs: './node_modules/rxjs/dist/esm/index.js',
      'rxjs/operators': './node_modules/rxjs/dist/esm/operators/index.js',
    },
    // One script, for tools/bundle/load.cjs: what V8 compiled of a script can be kept.
    format: 'cjs',
    banner: { js: '(function (module, require, importModule) {' },
    footer: { js: '})' },
  }),
  build({ ...common, entryPoints: laterEntryPoints, format: 'cjs', outExtension: { '.js': '.cjs' } }),
]);
const [left] = /.*\bimport\(.*/.exec(readFileSync(`${BUNDLE}/bundle.js`, 'utf8')) ?? [];
if (left) throw new Error(`The bundle has an import() that tools/bundle/dynamic-imports.mjs does not know: ${left}`);
for (const name of ['main', 'load']) copyFileSync(`tools/bundle/${name}.cjs`, `${BUNDLE}/${name}.js`);
writeFileSync(`${BUNDLE}/package.json`, '{"type":"commonjs"}\n');
await writeSharedPackages(BUNDLE);

/** What the bundles have something of, as name@version, for tools/sbom.mjs. */
const folders = bundles
  .flatMap(({ metafile }) => Object.values(metafile.outputs))
  .flatMap(({ inputs }) => Object.entries(inputs))
  .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
  .flatMap(([file]) => /(?:[^:]*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []);
const bundled = [...new Set(folders)].map(manifestOf).map((one) => `${one.name}@${one.version}`);
writeFileSync('dist/bundled.json', `${JSON.stringify([...new Set(bundled)].toSorted())}\n`);

const flags = manifestOf('.').scripts['start:prod'].split(' ').slice(1, -1);
execFileSync(process.execPath, [...flags, 'tools/keep-compiled.mjs', BUNDLE], { stdio: 'inherit' });
