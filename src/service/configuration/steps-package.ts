import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ModuleMetadata, Provider, Type } from '@nestjs/common';
import { Step } from '../../auth-redirect/steps/step.js';
import { ConfigurationError } from './environment.js';

export interface StepsPackage {
  /** Steps in the order of a login. */
  readonly steps: readonly Type<Step>[];
  /** Providers, in addition to those that the module exports. */
  readonly providers: readonly Provider[];
  readonly imports: NonNullable<ModuleMetadata['imports']>;
  /** Absolute path. VIEWS_DIRECTORY overrides it. */
  readonly viewsDirectory?: string | undefined;
  /** Absolute path. LOCALES_DIRECTORY overrides it. */
  readonly localesDirectory?: string | undefined;
}

const NO_STEPS: StepsPackage = { steps: [], providers: [], imports: [] };
const NO_STEP =
  "is not a class that extends Step of the service's own nestjs-auth-redirect: if the package has a copy in its node_modules, " +
  'declare it as a peer dependency and install with npm ci --omit=dev --omit=peer';
const DIRECTORIES = ['viewsDirectory', 'localesDirectory'] as const;

/** @throws ConfigurationError if the package cannot be loaded or has invalid exports. */
export async function loadStepsPackage(path: string | undefined): Promise<StepsPackage> {
  if (path === undefined) return NO_STEPS;
  const file = resolveModule(resolve(path));
  const exported = { providers: [], imports: [], ...(await importModule(file)) };
  assertStepsPackage(exported);
  const { steps, providers, imports, viewsDirectory, localesDirectory } = exported;
  // Exported paths are relative to the module.
  const absolute = (directory?: string): string | undefined => directory && resolve(dirname(file), directory);
  const directories = { viewsDirectory: absolute(viewsDirectory), localesDirectory: absolute(localesDirectory) };
  return { steps, providers, imports, ...directories };
}

function resolveModule(path: string): string {
  try {
    return createRequire(path).resolve(path);
  } catch {
    throw new ConfigurationError([
      `STEPS_PACKAGE ${path} is neither a module nor a directory whose package.json names one as main: ` +
        'compile the package to JavaScript, mount it there, or correct the path',
    ]);
  }
}

async function importModule(file: string): Promise<Record<string, unknown>> {
  try {
    const exported: Record<string, unknown> = await import(pathToFileURL(file).href);
    // Node does not detect all export names of a CommonJS module. The default export has all names.
    const whole = exported.default;
    return 'steps' in exported || typeof whole !== 'object' ? exported : { ...whole };
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new ConfigurationError([`STEPS_PACKAGE ${file} cannot be loaded: ${reason}${remedyFor(error)}`]);
  }
}

/** Returns advice only for a missing package or module: other errors come from the package's code. */
function remedyFor(error: unknown): string {
  const isMissing = /^(?:ERR_)?MODULE_NOT_FOUND$/.test(String(Reflect.get(Object(error), 'code')));
  if (!isMissing) return '';
  return (
    ". Put the package below the service's directory, in the image at /app/custom-steps, where it finds the service's packages; " +
    'install its other dependencies into its own node_modules: npm ci --omit=dev --omit=peer'
  );
}

function assertStepsPackage(
  exported: Record<string, unknown>,
): asserts exported is Record<string, unknown> & StepsPackage {
  const { steps } = exported;
  const problems = [
    ...(Array.isArray(steps)
      ? stepProblems(steps)
      : ['exports no steps: a list of classes, in their order in a login']),
    ...['providers', 'imports']
      .filter((name) => !Array.isArray(exported[name]))
      .map((name) => `exports ${name} that are not a list`),
    ...DIRECTORIES.filter((name) => !['undefined', 'string'].includes(typeof exported[name])).map(
      (name) => `exports a ${name} that is not a path`,
    ),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems.map((problem) => `STEPS_PACKAGE ${problem}`));
}

function stepProblems(steps: readonly unknown[]): readonly string[] {
  if (steps.length === 0) return ['exports an empty list of steps'];
  const isStep = (value: unknown): boolean => typeof value === 'function' && value.prototype instanceof Step;
  const problems = steps.flatMap((step, index) => (isStep(step) ? [] : [`steps[${index}] ${NO_STEP}`]));
  return new Set(steps).size < steps.length ? [...problems, 'steps has a class twice'] : problems;
}
