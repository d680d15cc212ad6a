import { readFileSync, writeFileSync } from 'node:fs';

const json = (value) => `${JSON.stringify(value)}\n`;
export const manifestOf = (path) => JSON.parse(readFileSync(`${path}/package.json`, 'utf8'));

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

export const sharedEntryPoints = SHARED.flatMap((one) =>
  Object.entries(one.modules).map(([path, module]) => ({
    in: `shared:${module}`,
    out: `node_modules/${one.name}/${entryOf(path)}`,
  })),
);

export const sharedPackages = {
  name: 'shared-packages',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^shared:/ }, ({ path }) => ({ path: path.slice('shared:'.length), namespace: 'shared' }));
    onLoad({ filter: /./, namespace: 'shared' }, async ({ path }) => ({
      contents: await reexportOf(path),
      resolveDir: '.',
    }));
  },
};

/** @param {string} folder where the bundle is */
export function writeSharedManifests(folder) {
  for (const one of SHARED) {
    const own = `${folder}/node_modules/${one.name}`;
    const entries = Object.keys(one.modules).map((path) => {
      // From here, and not from the package of steps: Node warns of ES modules that are required outside of node_modules.
      writeFileSync(
        `${own}/${entryOf(path)}.cjs`,
        `module.exports = require('./${entryOf(path).split('/').pop()}.js');\n`,
      );
      return [path, { import: `./${entryOf(path)}.js`, require: `./${entryOf(path)}.cjs` }];
    });
    const manifest = { name: one.name, version: one.version, type: 'module', exports: Object.fromEntries(entries) };
    writeFileSync(`${own}/package.json`, json(manifest));
  }
}
