// npm run build: the module into dist/cjs and dist/esm, the service into dist/service, the schematics into dist/schematics.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { build, transformSync } from 'esbuild';
import Handlebars from 'handlebars';
import options, { SHARED_PACKAGES } from '../esbuild.config.mjs';

rmSync('dist', { recursive: true, force: true });
compileViews();
compileLocales();
await Promise.all([
  run('nest', 'build'),
  // The types contain the doc comments, so the code does not.
  run(
    'tsc',
    '-p',
    'tsconfig.cjs.json',
    '--declaration',
    '--emitDeclarationOnly',
    '--removeComments',
    'false',
    '--noCheck',
    'false',
  ),
  run('tsc', '-p', 'tsconfig.service.json'),
  run('tsc', '-p', 'tsconfig.schematics.json'),
]);
cpSync('schematics', 'dist/schematics', { recursive: true, filter: (path) => !path.endsWith('.ts') });
writeEsModules();
writeManifest('dist/modules', { type: 'module' });
await bundleService();

/** Compiles views/ to TypeScript, so that the service neither reads nor compiles templates at run time. */
function compileViews() {
  const read = (file) => readFileSync(`views/${file}`, 'utf8');
  const settings = { strict: true, knownHelpersOnly: true, knownHelpers: { invalid: true, problem: true } };
  // The result is source text, although Handlebars types it differently.
  const precompiled = (file) =>
    /** @type {string} */ (Handlebars.precompile(read(file), { ...settings, noEscape: file.endsWith('.text.hbs') }));
  const minified = (file, loader) =>
    JSON.stringify(transformSync(read(file), { loader, minifySyntax: true, minifyWhitespace: true }).code.trim());
  const templates = readdirSync('views', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.hbs'))
    .map((file) => `  '${file.slice(0, -'.hbs'.length)}': ${precompiled(file)},\n`);
  writeFileSync(
    'src/auth-redirect/pages/views.generated.ts',
    `// @ts-nocheck
// Generated from views/ by tools/build.mjs.
export const templates: Readonly<Record<string, TemplateSpecification>> = {
${templates.join('')}};
export const stylesheet: string = ${minified('style.css', 'css')};
export const stepStylesheet: string = ${minified('steps.css', 'css')};
export const continueScript: string = ${minified('continue.client.js', 'js')};
`,
  );
}

/** Compiles locales/ to TypeScript, one line per language: the package has a size limit. */
function compileLocales() {
  const textsOf = (language) => JSON.stringify(JSON.parse(readFileSync(`locales/${language}.json`, 'utf8')));
  const locales = readdirSync('locales')
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .map((language) => `  '${language}': ${textsOf(language)},\n`);
  writeFileSync(
    'src/auth-redirect/locales/locales.generated.ts',
    `// Generated from locales/ by tools/build.mjs.
type Texts = { readonly [key: string]: string | Texts };
export const locales: Readonly<Record<string, Texts>> = {
${locales.join('')}};
`,
  );
}

/** Writes ES modules that re-export the CommonJS modules, so that an application that loads both formats has each class once. */
function writeEsModules() {
  const require = createRequire(import.meta.url);
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
  for (const { import: esm, require: cjs } of Object.values(exports).filter((entry) => entry.import)) {
    const path = relative(dirname(esm.default), cjs.default);
    mkdirSync(dirname(esm.default), { recursive: true });
    writeFileSync(esm.default, `export { ${Object.keys(require(resolve(cjs.default))).join(', ')} } from '${path}';\n`);
    writeFileSync(esm.types, `export * from '${path}';\n`);
  }
  writeManifest('dist/esm', { type: 'module' });
}

async function run(program, ...words) {
  const [code] = await once(spawn(`node_modules/.bin/${program}`, words, { stdio: 'inherit' }), 'exit');
  if (code !== 0) process.exit(1);
}

function writeManifest(folder, manifest) {
  writeFileSync(`${folder}/package.json`, `${JSON.stringify(manifest)}\n`);
}

async function bundleService() {
  const { metafile } = await build(options);
  writeManifest('dist/service', { type: 'module' });
  for (const name of SHARED_PACKAGES) {
    const exports = { '.': './index.js', './*': './*/index.js' };
    writeManifest(`dist/service/node_modules/${name}`, { name, type: 'module', exports });
  }
  writeFileSync('dist/bundle.json', JSON.stringify(metafile)); // for tools/sbom.mjs
}
