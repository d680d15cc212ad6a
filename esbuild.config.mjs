// How tools/build.mjs bundles the service: from the modules that tsconfig.service.json compiles, into dist/service.
import { readFileSync } from 'node:fs';

const { name, exports } = JSON.parse(readFileSync('package.json', 'utf8'));
const DEPENDENCIES = ['@nestjs/common', '@nestjs/core', 'class-transformer', 'class-validator', 'reflect-metadata'];
const NOT_FOR_STEPS = ['./redis', './testing', './package.json'];
const OWN_PATHS = Object.keys(exports).filter((path) => !NOT_FOR_STEPS.includes(path));

/**
 * Packages in dist/service/node_modules, for a package of steps (STEPS_PACKAGE). It must get the service's own classes, not copies:
 * Nest injects by class, and class-validator and class-transformer keep what was declared in a variable of their module.
 */
export const SHARED_PACKAGES = [...DEPENDENCIES, name];

/** @type {import('esbuild').BuildOptions} */
export default {
  entryPoints: [
    { in: './dist/modules/main.js', out: 'main' },
    ...DEPENDENCIES.map((path) => ({ in: path, out: `node_modules/${path}/index` })),
    ...OWN_PATHS.map((path) => ({ in: `./dist/modules/${path}/index.js`, out: `node_modules/${name}/${path}/index` })),
  ],
  outdir: 'dist/service',
  bundle: true,
  // Puts code of several entry points into chunks, so that each class exists once.
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Prefers ES modules: they export names, and the bundle leaves their unused parts out.
  mainFields: ['es2015', 'module', 'main'],
  alias: {
    rxjs: './node_modules/rxjs/dist/esm/index.js',
    'rxjs/operators': './node_modules/rxjs/dist/esm/operators/index.js',
  },
  // Nest and debug do without these if they cannot import them. Packages of the development provide the last one.
  external: ['@nestjs/microservices', '@nestjs/websockets', 'supports-color'],
  // For bundled CommonJS modules, which require the modules of Node.
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  },
  // Halves the text in memory. Names stay readable in the log, at most with a `_` in front, and lines stay short for Node's error messages.
  minifySyntax: true,
  minifyWhitespace: true,
  lineLimit: 120,
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'linked',
  metafile: true,
  logLevel: 'warning',
  // Fails the build on a missing export, not at run time.
  logOverride: { 'import-is-undefined': 'error' },
};
