import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import Handlebars from 'handlebars/runtime.js';
import { AuthRedirectOptionsError } from '../errors.js';
import { namesIn } from '../files.js';
import { templateProblems } from './template-problems.js';
import { Views } from './views.js';
import { stepStylesheet, stylesheet, templates } from './views.generated.js';

/**
 * @param directory Directory of custom templates, `style.css` and `steps.css`. Default: only the built-in views, without loading the
 *   compiler.
 * @throws AuthRedirectOptionsError if the directory cannot be read or a template does not compile.
 */
export async function loadViews(directory: string | undefined): Promise<Views> {
  if (directory === undefined) return new Views(Handlebars.create(), [], { stylesheet, stepStylesheet });
  const { default: compiler } = await import('handlebars');
  const files = namesIn('viewsDirectory', directory, true);
  const own = files
    .filter((file) => file.endsWith('.hbs'))
    .map((file) => join(directory, file))
    .map((file) => ({ name: nameOf(relative(directory, file)), file, source: readFileSync(file, 'utf8') }));
  const names = new Set([...Object.keys(templates), ...own.map(({ name }) => name)]);
  const problems = own.flatMap((view) => templateProblems(view, names, compiler));
  if (problems.length > 0) throw new AuthRedirectOptionsError(problems);
  const style = (name: string, built: string): string =>
    files.includes(name) ? readFileSync(join(directory, name), 'utf8') : built;
  const views = new Views(compiler.create(), own, {
    stylesheet: style('style.css', stylesheet),
    stepStylesheet: style('steps.css', stepStylesheet),
  });
  const problemsOfPages = pageProblems(views);
  if (problemsOfPages.length > 0) throw new AuthRedirectOptionsError(problemsOfPages);
  return views;
}

/** Renders the built-in pages and mails once, to find template variables that the page lacks. */
function pageProblems(views: Views): string[] {
  const footer = { privacyUrl: 'url', privacyLabel: 'label', supportUrl: 'url', supportLabel: 'label' };
  const frame = { lang: 'en', nonce: '', stylesheet: '', brand: 'brand', logo: 'logo' };
  const layout = { dir: 'ltr', ...frame, ...footer };
  const texts = { title: 'title', text: 'text', button: 'button' };
  const error = { ...texts, advice: 'advice', signInUrl: 'url', referenceLabel: 'label', reference: 'reference' };
  const code = {
    subject: 'subject',
    product: 'product',
    before: 'before',
    code: 'code',
    after: 'after',
    warning: 'warning',
  };
  const mail = { lang: 'en', dir: 'ltr', brand: 'brand', color: '#2743c9', ...code };
  const form = {
    action: 'action',
    state: 'state',
    sessionToken: 'token',
    tokenParameter: 'name',
    isAutomatic: true,
    script: 'script',
  };
  return [
    ...problemOfRendering('error', () => views.render('error', { ...layout, ...error })),
    ...problemOfRendering('continue', () => views.render('continue', { ...layout, ...texts, late: 'late', ...form })),
    ...problemOfRendering('return', () =>
      views.render('return', { ...layout, ...texts, ...form, fields: [{ name: 'name', value: 'value' }] }),
    ),
    ...['mails/email-code.html', 'mails/email-code.text'].flatMap((view) =>
      problemOfRendering(view, () => views.render(view, mail)),
    ),
  ];
}

function problemOfRendering(name: string, render: () => string): string[] {
  try {
    render();
    return [];
  } catch (error) {
    const { message } = Object(error);
    return [`viewsDirectory has a template that ${name} cannot be rendered with: ${message}`];
  }
}

function nameOf(file: string): string {
  return file.slice(0, -'.hbs'.length).replaceAll('\\', '/');
}
