import { isBuiltin } from 'node:module';
import { relative } from 'node:path';

/**
 * What Express, Nest, pino and prom-client load at their start and the service needs late or never: it is loaded when it is first used.
 * Beside each what it took of a cold start, in milliseconds.
 */
const LATER = [
  /^https$/, // 10, with the next
  /^tls$/,
  /^node:fs\/promises$/, // 6
  /^(?:node:)?(?:assert|module|timers\/promises|zlib)$/, // 5
  /^mime-types$/, // 25
  /^iconv-lite$/, // 7
  /^qs$/, // 2
  /^http-errors$/, // 5
  /^dotenv$/, // 6
  /^yaml$/, // 6
  /^thread-stream$/, // 5
  /^@opentelemetry\/api$/, // 4
  /^tdigest$/, // 5
  /^libphonenumber-js\/max$/, // 4
  /^validator$/, // 19, with the next
  /^validator\/lib\/\w+$/,
  /\/replay-redis\.js$/, // 76, for the client that its class extends
];

/** What is so large that its text costs something, in files of their own. What is imported when it is needed is late as it is. */
const IN_FILES = [
  '@opentelemetry/api',
  'dotenv',
  'file-type',
  'handlebars',
  'iconv-lite',
  'ioredis',
  'jose',
  'libphonenumber-js/max',
  'mime-types',
  'nodemailer',
  'qs',
  'tdigest',
  'thread-stream',
  'yaml',
];
const fileOf = (name) => `later/${name.replace('@', '').replaceAll(/\W+/g, '-')}`;

export const laterEntryPoints = IN_FILES.map((name) => ({ in: name, out: fileOf(name) }));

/** A function, class or object that is what `find` finds, from the first time on that anything is asked of it. */
const HELPER = `
const onFirstUse = (find) =>
  new Proxy(function () {}.bind(), {
    apply: (_, self, words) => Reflect.apply(find(), self, words),
    construct: (_, words) => Reflect.construct(find(), words),
    get: (_, name) => find()[name],
    has: (_, name) => name in find(),
    set: (_, name, value) => Reflect.set(find(), name, value),
    ownKeys: () => Reflect.ownKeys(find()),
    // What the bound function does not have can only be said to be configurable (ECMA-262 section 10.5.5).
    getOwnPropertyDescriptor: (_, name) => {
      const descriptor = Reflect.getOwnPropertyDescriptor(find(), name);
      return descriptor && { ...descriptor, configurable: true };
    },
  });`;

const required = (text) => `${HELPER} module.exports = onFirstUse(() => ${text});`;

/** Functions and classes can be imported by name, nothing else. */
async function imported(text, path) {
  const module = await import(path);
  // What is CommonJS has its names in its default, too, where Node does not find them in the text.
  const found = module.default?.__esModule ? module.default : { ...module.default, ...module };
  const names = Object.keys(found).filter((name) => /^\w+$/.test(name) && typeof found[name] === 'function');
  const declarations = names.map((name) =>
    name === 'default'
      ? `export default onFirstUse(() => defaultOf(${text}));`
      : `export const ${name} = /* @__PURE__ */ onFirstUse(() => ${text}.${name});`,
  );
  return `${HELPER} const defaultOf = (found) => (found.__esModule ? found.default : found); ${declarations.join('\n')}`;
}

export const later = {
  name: 'later',
  setup({ onResolve, onLoad, resolve }) {
    const asked = new Map();
    onResolve({ filter: /^\.\/later\// }, ({ path }) => ({ path, external: true }));
    onResolve({ filter: /./ }, async ({ path: name, kind, resolveDir, pluginData }) => {
      if (pluginData === later) return undefined;
      const proxied = kind !== 'dynamic-import' && LATER.some((pattern) => pattern.test(name));
      if (!proxied && !IN_FILES.includes(name)) return undefined;
      const { path } = isBuiltin(name) ? { path: name } : await resolve(name, { kind, resolveDir, pluginData: later });
      const key = `${kind}:${isBuiltin(name) ? name : relative('.', path)}`;
      asked.set(key, { kind, name, path, proxied });
      return { path: key, namespace: 'later' };
    });
    onLoad({ filter: /./, namespace: 'later' }, async ({ path: key }) => {
      const { kind, name, path, proxied } = asked.get(key);
      const text = `require(${JSON.stringify(IN_FILES.includes(name) ? `./${fileOf(name)}.cjs` : path)})`;
      const isImported = proxied && kind === 'import-statement';
      const contents = isImported ? await imported(text, path) : proxied ? required(text) : `module.exports = ${text};`;
      return { contents, resolveDir: '.', pluginData: later };
    });
  },
};
