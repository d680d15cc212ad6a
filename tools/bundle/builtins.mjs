import { isBuiltin } from 'node:module';

/**
 * Node's own modules, required name by name where they are imported. An import of one asks for all that it has, and so does a copy
 * of its names: with `node:http` comes a client, undici, and with `node:util` the threads, which nobody uses.
 */
export const builtins = {
  name: 'builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /./ }, ({ path, kind }) => {
      if (!isBuiltin(path)) return undefined;
      if (kind === 'import-statement') return { path, namespace: 'builtin' };
      return kind === 'dynamic-import' ? { path, namespace: 'builtin-later' } : undefined;
    });
    onLoad({ filter: /./, namespace: 'builtin' }, async ({ path }) => {
      const names = Object.keys(await import(path)).filter((name) => name !== 'default' && name !== 'module.exports');
      const one = (name) => `export const ${name} = /* @__PURE__ */ (() => builtin.${name})();`;
      return { contents: `const builtin = require('${path}'); export default builtin; ${names.map(one).join('\n')}` };
    });
    onLoad({ filter: /./, namespace: 'builtin-later' }, ({ path }) => ({
      contents: `module.exports = require('${path}');`,
    }));
  },
};
