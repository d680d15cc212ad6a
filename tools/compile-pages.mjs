// Turns views/ and locales/ into TypeScript, so that nothing is compiled, or read from disk, at run time.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import Handlebars from 'handlebars';

const VIEWS = 'src/auth-redirect/pages/views.generated.ts';
const LOCALES = 'src/auth-redirect/locales/locales.generated.ts';
const OPTIONS = { strict: true, knownHelpersOnly: true, knownHelpers: { invalid: true, problem: true } };

/** Source text, whatever the typings say. */
const compiled = (template) =>
  /** @type {string} */ (/** @type {unknown} */ (Handlebars.precompile(template, OPTIONS)));
const read = (name) => readFileSync(`views/${name}`, 'utf8');
const withoutSpace = (css) =>
  css
    .replaceAll(/\s*\n\s*/g, '')
    .replaceAll(/\s*([{};,])\s*/g, '$1')
    .replaceAll(/:\s+/g, ':')
    .replaceAll(';}', '}');
const withoutComments = (script) => script.replaceAll(/^\s*\/\/.*\n/gm, '').replaceAll(/\n\s*/g, '\n');

const templates = readdirSync('views', { recursive: true, encoding: 'utf8' })
  .map(String)
  .filter((name) => name.endsWith('.hbs'))
  .map((name) => `  '${name.slice(0, -'.hbs'.length)}': ${compiled(read(name))},`);

writeFileSync(
  VIEWS,
  `// @ts-nocheck
// Made from views/ by tools/compile-pages.mjs.
export const templates: Readonly<Record<string, TemplateSpecification>> = {
${templates.join('\n')}
};
export const stylesheet: string = ${JSON.stringify(withoutSpace(read('style.css')))};
export const stepStylesheet: string = ${JSON.stringify(withoutSpace(read('steps.css')))};
export const continueScript: string = ${JSON.stringify(withoutComments(read('continue.client.js')))};
`,
);

const locales = readdirSync('locales').map((name) => {
  const texts = JSON.parse(readFileSync(`locales/${name}`, 'utf8'));
  return `  '${name.slice(0, -'.json'.length)}': ${JSON.stringify(texts)},`;
});

writeFileSync(
  LOCALES,
  `// Made from locales/ by tools/compile-pages.mjs.
type Texts = { readonly [key: string]: string | Texts };
export const locales: Readonly<Record<string, Texts>> = {
${locales.join('\n')}
};
`,
);
