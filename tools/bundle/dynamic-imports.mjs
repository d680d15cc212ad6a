import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const own = `${resolve('dist/esm')}/`;
const ofNest = `${resolve('node_modules/@nestjs')}/`;
const ofOwnModule = /\bimport\(('\.[^']+')\)/g;
const ofWhateverIsNamed = /\bimport\((?=[a-zA-Z])/g;

/**
 * What `import()` means in a bundle that is one script.
 *
 * - Modules of our own are imported with the others: those that esbuild keeps apart, and with them all that they import, take twice as
 *   long to start. What is large in them comes later by itself.
 * - What is named when it runs is imported by `importModule`, which tools/bundle/load.cjs gives: a script of which the compiled code was
 *   kept has no `import()` on Node 20.
 */
export const dynamicImports = {
  name: 'dynamic-imports',
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/, namespace: 'file' }, ({ path }) => {
      if (!path.startsWith(own) && !path.startsWith(ofNest)) return undefined;
      const text = readFileSync(path, 'utf8');
      if (!text.includes('import(')) return undefined;
      const paths = [];
      const contents = text
        .replaceAll(ofOwnModule, (_, quoted) => `Promise.resolve(imported${paths.push(quoted)})`)
        .replaceAll(ofWhateverIsNamed, 'importModule(');
      const imports = paths.map((quoted, index) => `import * as imported${index + 1} from ${quoted};\n`);
      return { contents: imports.join('') + contents };
    });
  },
};
