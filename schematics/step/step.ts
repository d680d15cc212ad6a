import { posix } from 'node:path';
import type { Rule, Tree } from '@angular-devkit/schematics';
import { write } from '../project/format.js';
import { addAssets } from '../project/nest-cli.js';
import { Project, type ProjectOptions } from '../project/project.js';
import { Registration, type Directories } from './registration.js';
import { stepSource, stepTemplate, stepTest, stepTexts, type StepNames } from './step-files.js';

interface StepOptions extends ProjectOptions {
  readonly name: string;
  readonly path?: string;
  readonly spec?: boolean;
  readonly specFileSuffix?: string;
  readonly skipImport?: boolean;
}

/** Ids of ready-made steps, and keys of built-in texts. */
const TAKEN = [
  'terms',
  'profile',
  'email-code',
  'sms-code',
  'external',
  'wait',
  'choose',
  'account-link',
  'continue',
  'step',
  'footer',
  'form',
  'refusal',
];

/** Creates a step and registers it. A second run changes nothing. */
export function step(options: StepOptions): Rule {
  return async (tree, { logger }) => {
    const names = namesOf(posix.basename(options.name));
    const project = new Project(tree, options);
    const registration = Registration.of(project, options.module);
    const folder = posix.join(options.path ?? '', posix.dirname(options.name));
    const path = posix.join(project.sourceRoot, folder === '.' ? 'steps' : folder, `${names.id}.step.ts`);
    if (tree.exists(path)) logger.info(`${path} already exists and stays unchanged.`);
    await createFiles(tree, path, names, project, registration.directories, options);
    if (options.skipImport === true) return;
    await write(tree, registration.path, registration.withStep(`${names.className}Step`, path));
    await addAssets(tree, project.sourceRoot, assetsOf(project.sourceRoot, registration.directories));
    for (const line of hintsFor(registration)) logger.info(line);
  };
}

/** Returns the names of a step. Throws an Error for an invalid id. */
function namesOf(id: string): StepNames {
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(id))
    throw new Error(`${id} is not a valid step name: use up to 40 of a-z, 0-9 and -, a letter first`);
  if (TAKEN.includes(id)) throw new Error(`${id} is the name of built-in texts: use another name`);
  const words = id.split('-').filter((word) => word !== '');
  const className = words.map(capitalized).join('');
  const key = `${words[0]}${words.slice(1).map(capitalized).join('')}`;
  return { id, className, key, title: capitalized(words.join(' ')) };
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

async function createFiles(
  tree: Tree,
  path: string,
  names: StepNames,
  project: Project,
  { viewsDirectory, localesDirectory }: Directories,
  { spec = true, specFileSuffix = 'spec' }: StepOptions,
): Promise<void> {
  const testPath = path.replace(/ts$/, `${specFileSuffix}.ts`);
  await create(tree, path, stepSource(names));
  if (spec) await create(tree, testPath, testOf(names, testPath, path, project, localesDirectory.path));
  await create(tree, posix.join(viewsDirectory.path, 'steps', `${names.id}.hbs`), stepTemplate(names));
  await addTexts(tree, posix.join(localesDirectory.path, 'en.json'), names);
}

function testOf(names: StepNames, testPath: string, path: string, project: Project, localesDirectory: string): string {
  return stepTest(names, {
    imports: project.usesVitest ? "import { describe, expect, it } from 'vitest';\n" : '',
    stepFile: project.importSpecifier(testPath, path),
    localesDirectory: project.directoryExpression(testPath, localesDirectory),
  });
}

async function create(tree: Tree, path: string, text: string): Promise<void> {
  if (!tree.exists(path)) await write(tree, path, text);
}

async function addTexts(tree: Tree, path: string, names: StepNames): Promise<void> {
  const texts: Record<string, unknown> = tree.exists(path) ? JSON.parse(tree.readText(path)) : {};
  if (Object.hasOwn(texts, names.key)) return;
  await write(tree, path, `${JSON.stringify({ ...texts, [names.key]: stepTexts(names) }, null, 2)}\n`);
}

/** Returns globs of the directories that `nest build` must copy. */
function assetsOf(sourceRoot: string, directories: Directories): string[] {
  return Object.values(directories)
    .filter(({ isCopied }) => isCopied)
    .map(({ path }) => posix.relative(sourceRoot, path))
    .filter((path) => !path.startsWith('..')) // the CLI copies only from the sources
    .map((path) => `${path}/**/*`);
}

function hintsFor({ directories, hasOptions, path }: Registration): string[] {
  const read = Object.entries(directories).filter(([, { isCopied }]) => !isCopied);
  const options = Object.entries(directories).map(([option, directory]) => `${option}: '${directory.path}'`);
  return [
    ...(hasOptions
      ? []
      : [`Add to the options of AuthRedirectModule, which ${path} does not contain: ${options.join(', ')}`]),
    ...(read.length === 0
      ? []
      : [`Copy to your image, in its working directory: ${read.map(([, directory]) => directory.path).join(', ')}`]),
  ];
}
