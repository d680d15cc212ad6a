import { posix } from 'node:path';
import ts from 'typescript';
import { addImport, appendElement, appendProperty } from '../project/edits.js';
import type { Project, Source } from '../project/project.js';
import { callsOf, hasProperty, nodesOf, parse, property } from '../project/syntax.js';

/** Options of the module that a step needs. */
const OPTIONS = ['viewsDirectory', 'localesDirectory'] as const;

type Option = (typeof OPTIONS)[number];

/** A directory of templates or texts. */
interface Directory {
  readonly path: string;
  /** Whether the application reads the copy from `nest build`; if not, it reads from its working directory. */
  readonly isCopied: boolean;
}

export type Directories = Readonly<Record<Option, Directory>>;

/** Changes the file that imports AuthRedirectModule. */
export class Registration {
  private constructor(
    private readonly project: Project,
    private readonly module: Source,
  ) {}

  /** @throws Error if no source imports AuthRedirectModule. */
  static of(project: Project, path: string | undefined): Registration {
    const candidates = path === undefined ? project.sources : [project.read(path)];
    const module = candidates.find(({ syntax }) => extrasIn(syntax));
    if (!module)
      throw new Error(
        `${path ?? project.sourceRoot} does not import AuthRedirectModule: run nest add nestjs-auth-redirect first`,
      );
    return new Registration(project, module);
  }

  get path(): string {
    return this.module.path;
  }

  /** Returns whether the file contains the options, so that they can be changed. */
  get hasOptions(): boolean {
    return optionsIn(this.module.syntax) !== undefined;
  }

  /** Returns the directories in the options, or new ones in the module's folder. */
  get directories(): Directories {
    return {
      viewsDirectory: this.#directoryOf('viewsDirectory'),
      localesDirectory: this.#directoryOf('localesDirectory'),
    };
  }

  #directoryOf(option: Option): Directory {
    const options = optionsIn(this.module.syntax);
    const expression = options && property(options, option);
    const folder = posix.dirname(this.path);
    const isNew = {
      path: posix.join(folder, option.replace('Directory', '')),
      isCopied: this.project.copiesAssetsTo(this.path),
    };
    return (expression && directoryIn(expression, folder)) ?? isNew;
  }

  /**
   * Adds the step and the directories to the file.
   *
   * @param stepPath Path of the step's file in the workspace.
   */
  withStep(className: string, stepPath: string): string {
    const text = this.#withDirectories();
    const registered = edit(text, extrasIn, (extras) => {
      const steps = property(extras, 'steps');
      if (!hasProperty(extras, 'steps')) return appendProperty(text, extras, `steps: [${className}]`);
      if (!steps || !ts.isArrayLiteralExpression(steps))
        throw new Error(`steps of ${this.path} is not a list: add ${className} by hand`);
      return steps.elements.some((element) => element.getText() === className)
        ? text
        : appendElement(text, steps, className);
    });
    return registered === this.module.text
      ? registered
      : addImport(registered, className, this.project.importSpecifier(this.path, stepPath));
  }

  #withDirectories(): string {
    return OPTIONS.reduce(
      (text, name) =>
        edit(text, optionsIn, (options) => {
          if (hasProperty(options, name)) return text;
          const { path, isCopied } = this.#directoryOf(name);
          if (!isCopied) return appendProperty(text, options, `${name}: '${path}'`);
          const expression = this.project.directoryExpression(this.path, path);
          return addImport(appendProperty(text, options, `${name}: ${expression}`), 'join', 'node:path');
        }),
      this.module.text,
    );
  }
}

function edit(
  text: string,
  find: (syntax: ts.SourceFile) => ts.ObjectLiteralExpression | undefined,
  change: (found: ts.ObjectLiteralExpression) => string,
): string {
  const found = find(parse(text, 'module.ts'));
  return found ? change(found) : text;
}

/** Returns the argument of `forRoot()` or `forRootAsync()`, which contains `steps`. */
function extrasIn(syntax: ts.SourceFile): ts.ObjectLiteralExpression | undefined {
  return callsOf(syntax, 'AuthRedirectModule', /^forRoot(Async)?$/)
    .flatMap((call) => [...call.arguments])
    .find(ts.isObjectLiteralExpression);
}

/** Returns the options: that argument, or the result of its `useFactory`. */
function optionsIn(syntax: ts.SourceFile): ts.ObjectLiteralExpression | undefined {
  const extras = extrasIn(syntax);
  if (!extras || !ts.isCallExpression(extras.parent) || extras.parent.expression.getText().endsWith('forRoot'))
    return extras;
  const factory = property(extras, 'useFactory');
  if (!factory || !(ts.isArrowFunction(factory) || ts.isFunctionExpression(factory))) return undefined;
  const body = ts.isParenthesizedExpression(factory.body) ? factory.body.expression : factory.body;
  const returned = nodesOf(body, ts.isReturnStatement).map(({ expression }) => expression);
  return [body, ...returned].find(
    (node): node is ts.ObjectLiteralExpression => node !== undefined && ts.isObjectLiteralExpression(node),
  );
}

/** Returns the directory of `'views'` or `join(__dirname, 'views')`; undefined for other expressions. */
function directoryIn(expression: ts.Expression, folder: string): Directory | undefined {
  if (ts.isStringLiteral(expression)) return { path: posix.normalize(expression.text), isCopied: false };
  if (!ts.isCallExpression(expression) || !/\b(?:join|resolve)$/.test(expression.expression.getText()))
    return undefined;
  const [base, ...parts] = expression.arguments;
  if (!base || !['__dirname', 'import.meta.dirname'].includes(base.getText())) return undefined;
  if (!parts.every(ts.isStringLiteral)) return undefined;
  return { path: posix.join(folder, ...parts.map(({ text }) => text)), isCopied: true };
}
