import type { Rule, SchematicContext, Tree } from '@angular-devkit/schematics';
import ts from 'typescript';
import { addImport, appendElement, appendProperty } from '../project/edits.js';
import { addVariables } from '../project/environment.js';
import { write } from '../project/format.js';
import { addPeers } from '../project/packages.js';
import { Project, type ModuleFile, type ProjectOptions } from '../project/project.js';
import { callsOf, hasProperty, moduleMetadata, names, parse, property } from '../project/syntax.js';

interface NestAddOptions extends ProjectOptions {
  readonly skipInstall?: boolean;
}

const AUTH_REDIRECT_MODULE = `AuthRedirectModule.forRootAsync({
  imports: [ConfigModule],
  inject: [ConfigService],
  useFactory: (config: ConfigService) => ({
    issuer: config.getOrThrow<string>('AUTH0_ISSUER'),
    secret: config.getOrThrow<string>('AUTH0_SESSION_SECRET'),
    continueUrl: config.get<string>('AUTH0_CONTINUE_URL'),
  }),
})`;

/** Adds the module, its peers and its variables to an application. A second run changes nothing. */
export function nestAdd(options: NestAddOptions): Rule {
  return async (tree, context) => {
    const project = new Project(tree, options);
    if (addPeers(tree) && options.skipInstall !== true) installPackages(tree, context);
    addVariables(tree, project.sourceRoot);
    await importInto(tree, project, context);
  };
}

/** Schedules a task of @angular-devkit/schematics as data, so that strict package managers need not install that package. */
function installPackages(tree: Tree, context: SchematicContext): void {
  const isBun = ['bun.lock', 'bun.lockb'].some((file) => tree.exists(file)); // the runner detects other package managers
  const options = { command: 'install', quiet: true, hideOutput: true, ...(isBun && { packageManager: 'bun' }) };
  context.addTask({ toConfiguration: () => ({ name: 'node-package', options }) });
}

async function importInto(tree: Tree, project: Project, { logger }: SchematicContext): Promise<void> {
  const importing = project.sources.find(({ syntax }) => callsOf(syntax, 'AuthRedirectModule', /^forRoot/).length > 0);
  if (importing) {
    logger.info(`${importing.path} imports AuthRedirectModule already.`);
    return;
  }
  const rootModule = project.rootModule();
  const isConfigured = project.sources.some(({ syntax }) => callsOf(syntax, 'ConfigModule', /^forRoot/).length > 0);
  const modules = [...(isConfigured ? [] : ['ConfigModule.forRoot()']), AUTH_REDIRECT_MODULE];
  const text = modules.reduce((edited, module) => withModule(edited, rootModule, module), rootModule.text);
  await write(tree, rootModule.path, withImports(text));
  for (const line of hintsFor(project)) logger.info(line);
}

function withModule(text: string, { path, className }: ModuleFile, module: string): string {
  const metadata = moduleMetadata(parse(text, path), className);
  const imports = metadata && property(metadata, 'imports');
  if (metadata && !hasProperty(metadata, 'imports')) return appendProperty(text, metadata, `imports: [${module}]`);
  if (imports && ts.isArrayLiteralExpression(imports)) return appendElement(text, imports, module);
  throw new Error(`${path} has no module with a list of imports: add AuthRedirectModule.forRootAsync() by hand`);
}

function withImports(text: string): string {
  const named = addImport(addImport(text, 'ConfigModule', '@nestjs/config'), 'ConfigService', '@nestjs/config');
  return addImport(named, 'AuthRedirectModule', 'nestjs-auth-redirect');
}

/** Returns hints for changes that developers must make themselves. */
function hintsFor({ sources }: Project): string[] {
  const guarded = sources.find(({ syntax }) => names(syntax, 'APP_GUARD') || names(syntax, 'useGlobalGuards'));
  const validated = sources.find(({ syntax }) => callsOf(syntax, 'ConfigModule', /^forRoot/).some(validates));
  return [
    'Set AUTH0_ISSUER and AUTH0_SESSION_SECRET: .env.example describes them.',
    ...(validated
      ? [
          `${validated.path} validates the configuration. Add AUTH0_ISSUER, AUTH0_SESSION_SECRET and AUTH0_CONTINUE_URL to the schema, which may remove unknown variables.`,
        ]
      : []),
    ...(guarded
      ? [
          `${guarded.path} has a global guard. Exempt the endpoint from it, like AuthRedirectModule.forRootAsync({ decorators: [Public()], … }): docs/how-to/nest-module.md, "A global guard".`,
        ]
      : []),
  ];
}

function validates({ arguments: [options] }: ts.CallExpression): boolean {
  if (!options || !ts.isObjectLiteralExpression(options)) return false;
  return ['validate', 'validationSchema'].some((name) => hasProperty(options, name));
}
