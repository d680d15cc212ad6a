import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars/runtime.js';
import { AuthRedirectOptionsError } from '../errors.js';
import { Views, type LayoutModel, type OwnView } from './views.js';
import { stylesheet as builtStylesheet, templates } from './views.generated.js';

/** What a template can call: Handlebars' own, and ours. */
const HELPERS: ReadonlySet<string> = new Set(['if', 'unless', 'each', 'with', 'lookup', 'invalid', 'problem']);

/**
 * @param directory The operator's templates, and `style.css` where that is replaced too. Undefined: only those of the build,
 *   and the compiler is not even loaded.
 * @throws AuthRedirectOptionsError for a directory that cannot be read and for templates that do not compile.
 */
export async function loadViews(directory: string | undefined): Promise<Views> {
  if (directory === undefined) return new Views(Handlebars.create(), [], builtStylesheet);
  const { default: compiler } = await import('handlebars');
  const files = filesOf(directory);
  const own = files
    .filter((file) => file.endsWith('.hbs'))
    .map((file) => ({ name: nameOf(file), source: readFileSync(join(directory, file), 'utf8') }));
  const names = new Set([...Object.keys(templates), ...own.map(({ name }) => name)]);
  const problems = own.flatMap((view) => problemsOf(view, names, compiler));
  if (problems.length > 0) throw new AuthRedirectOptionsError(problems);
  const style = files.includes('style.css') ? readFileSync(join(directory, 'style.css'), 'utf8') : builtStylesheet;
  const views = new Views(compiler.create(), own, style);
  const unfilled = unfilledPages(views);
  if (unfilled.length > 0) throw new AuthRedirectOptionsError(unfilled);
  return views;
}

/** Our own pages are filled in once: a value that a template names and the page does not have is found before anybody sees it. */
function unfilledPages(views: Views): string[] {
  const footer = { privacyUrl: 'url', privacyLabel: 'label', supportUrl: 'url', supportLabel: 'label' };
  const frame = { lang: 'en', nonce: '', stylesheet: '', brand: 'brand', logo: 'logo' };
  const layout: LayoutModel = { dir: 'ltr', ...frame, ...footer };
  const texts = { title: 'title', text: 'text', button: 'button' };
  const error = { ...texts, advice: 'advice', signInUrl: 'url', referenceLabel: 'label', reference: 'reference' };
  const sent = { ...texts, action: 'action', state: 'state', sessionToken: 'token', script: 'script' };
  return [
    ...problemOfFilling('error', () => views.render('error', { ...layout, ...error })),
    ...problemOfFilling('continue', () => views.render('continue', { ...layout, ...sent })),
  ];
}

function problemOfFilling(name: string, fill: () => string): string[] {
  try {
    fill();
    return [];
  } catch (error) {
    const [line = ''] = error instanceof Error ? error.message.split('\n') : [];
    return [`viewsDirectory has what the page ${name} cannot be filled with: ${line}`];
  }
}

function filesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { recursive: true, encoding: 'utf8' });
  } catch {
    throw new AuthRedirectOptionsError(['viewsDirectory is not a directory that can be read']);
  }
}

function nameOf(file: string): string {
  return file.slice(0, -'.hbs'.length).replaceAll('\\', '/');
}

function problemsOf({ name, source }: OwnView, names: ReadonlySet<string>, compiler: typeof Handlebars): string[] {
  try {
    const program = compiler.parse(source);
    const missing = partialsOf(program, compiler).filter((partial) => !names.has(partial));
    const unknown = helpersOf(program, compiler).filter((helper) => !HELPERS.has(helper));
    return [
      ...missing.map((partial) => `viewsDirectory has ${name}.hbs, which includes ${partial}: there is no such view`),
      ...unknown.map((helper) => `viewsDirectory has ${name}.hbs, which uses ${helper}: there is no such helper`),
    ];
  } catch (error) {
    const [line = ''] = error instanceof Error ? error.message.split('\n') : [];
    return [`viewsDirectory has ${name}.hbs, which does not compile: ${line}`];
  }
}

/** Names of what a template calls with arguments. */
function helpersOf(program: hbs.AST.Program, compiler: typeof Handlebars): readonly string[] {
  const called = new Set<string>();
  const note = ({ path, params }: Pick<hbs.AST.MustacheStatement, 'path' | 'params'>): void => {
    if (params.length > 0 && 'original' in path) called.add(path.original);
  };
  class Helpers extends compiler.Visitor {
    override MustacheStatement(statement: hbs.AST.MustacheStatement): void {
      note(statement);
      super.MustacheStatement(statement);
    }
    override BlockStatement(statement: hbs.AST.BlockStatement): void {
      note(statement);
      super.BlockStatement(statement);
    }
    override SubExpression(expression: hbs.AST.SubExpression): void {
      note(expression);
      super.SubExpression(expression);
    }
  }
  new Helpers().accept(program);
  return [...called];
}

/** Names of the views that a template includes, without those that it brings along itself. */
function partialsOf(program: hbs.AST.Program, compiler: typeof Handlebars): readonly string[] {
  const included = new Set<string>();
  const inline = new Set<string>(['@partial-block']);
  const nameOfPartial = ({ name }: { name: hbs.AST.PathExpression | hbs.AST.SubExpression }): void => {
    if ('original' in name) included.add(name.original);
  };
  class Partials extends compiler.Visitor {
    override PartialStatement(statement: hbs.AST.PartialStatement): void {
      nameOfPartial(statement);
      super.PartialStatement(statement);
    }
    override PartialBlockStatement(statement: hbs.AST.PartialBlockStatement): void {
      nameOfPartial(statement);
      super.PartialBlockStatement(statement);
    }
    override DecoratorBlock(decorator: hbs.AST.DecoratorBlock): void {
      const [name] = decorator.params;
      if (name && 'value' in name) inline.add(String(name.value));
      super.DecoratorBlock(decorator);
    }
  }
  new Partials().accept(program);
  return [...included].filter((name) => !inline.has(name));
}
