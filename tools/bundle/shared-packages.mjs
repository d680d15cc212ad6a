import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

const json = (value) => `${JSON.stringify(value)}\n`;
export const manifestOf = (path) => JSON.parse(readFileSync(`${path}/package.json`, 'utf8'));

/**
 * What a package of steps (STEPS_PACKAGE) imports from the service, as packages in dist/service/node_modules. It gets the bundle's own
 * classes, not copies: Nest injects by identity, and class-transformer knows what was declared with itself alone.
 */
const SHARED = ['@nestjs/common', '@nestjs/core', 'class-transformer', 'class-validator', 'reflect-metadata'].map(
  (name) => ({ name, version: manifestOf(`node_modules/${name}`).version, modules: { '.': name } }),
);
const service = manifestOf('.');
const ownModules = Object.entries(service.exports)
  .filter(([path]) => path === '.' || path.startsWith('./steps/'))
  .map(([path, to]) => [path, to.import.default]);
SHARED.push({ name: service.name, version: service.version, modules: Object.fromEntries(ownModules) });

const MODULES = SHARED.flatMap((one) => Object.values(one.modules));

/** @returns The names of what a module exports. A CommonJS module's are known once it runs; what imports them has to write them down. */
async function namesOf(module) {
  const exported = await import(module.startsWith('./') ? pathToFileURL(module).href : module);
  return Object.keys(exported).filter((name) => name !== 'default' && name !== 'module.exports');
}

/** What a compiler leaves in a CommonJS module that was an ES module, and what the ES module itself does not have. */
const MARK = '__esModule';

async function exportsText(module, index) {
  const names = await namesOf(module);
  const members = names.map((name) => (name === MARK ? `${MARK}: true` : `${name}: module${index}.${name}`));
  return `${JSON.stringify(module)}: () => ({ ${members.join(', ')} })`;
}

/** `shared` of the bundle: by module, a function that gives what it exports. */
export const sharedPackages = {
  name: 'shared-packages',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^shared-packages$/ }, ({ path }) => ({ path, namespace: 'shared' }));
    onLoad({ filter: /./, namespace: 'shared' }, async () => {
      const imports = MODULES.map((module, index) => `import * as module${index} from '${module}';`);
      const members = await Promise.all(MODULES.map(exportsText));
      return { contents: `${imports.join('\n')} export const shared = { ${members.join(',\n')} };`, resolveDir: '.' };
    });
    // Nest imports it when a ValidationPipe is made: it gets what a package of steps would.
    onResolve({ filter: /^class-validator$/ }, ({ kind, path, pluginData }) => {
      if (pluginData === sharedPackages) return { path, external: true };
      return kind === 'dynamic-import' ? { path, namespace: 'as-shared' } : undefined;
    });
    onLoad({ filter: /./, namespace: 'as-shared' }, ({ path }) => ({
      contents: `module.exports = require('${path}');`,
      pluginData: sharedPackages,
    }));
  },
};

const entryOf = (path) => (path === '.' ? 'index' : path.slice('./'.length));

/** @param {string} folder where the bundle is */
export async function writeSharedPackages(folder) {
  for (const one of SHARED) {
    const own = `${folder}/node_modules/${one.name}`;
    const entries = [];
    for (const [path, module] of Object.entries(one.modules)) {
      const file = `${own}/${entryOf(path)}`;
      mkdirSync(dirname(file), { recursive: true });
      const load = JSON.stringify(relative(dirname(file), `${folder}/load.js`));
      const exported = `shared[${JSON.stringify(module)}]()`;
      const names = await namesOf(module);
      writeFileSync(
        `${file}.js`,
        `import service from ${load};\nexport const { ${names.join(', ')} } = service.${exported};\n`,
      );
      writeFileSync(`${file}.cjs`, `module.exports = require(${load}).${exported};\n`);
      entries.push([path, { import: `./${entryOf(path)}.js`, require: `./${entryOf(path)}.cjs` }]);
    }
    const manifest = { name: one.name, version: one.version, type: 'module', exports: Object.fromEntries(entries) };
    writeFileSync(`${own}/package.json`, json(manifest));
  }
}
