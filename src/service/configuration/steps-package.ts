import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ModuleMetadata, Provider, Type } from '@nestjs/common';
import { Step } from '../../auth-redirect/steps/step.js';
import { ConfigurationError } from './environment.js';

/** What a package of steps gives to the service. */
export interface StepsPackage {
  /** Classes of the steps, in the order in which they are taken. */
  readonly steps: readonly Type<Step>[];
  /** What the steps are injected with beside what the module exports. */
  readonly providers: readonly Provider[];
  readonly imports: NonNullable<ModuleMetadata['imports']>;
  /** In use where VIEWS_DIRECTORY is not set. */
  readonly viewsDirectory?: string;
  /** In use where LOCALES_DIRECTORY is not set. */
  readonly localesDirectory?: string;
}

const NO_STEPS: StepsPackage = { steps: [], providers: [], imports: [] };

/**
 * STEPS_PACKAGE, an ES or CommonJS module, or a directory whose package.json names one as `main`.
 *
 * @throws ConfigurationError where it cannot be loaded, or does not export what it has to.
 */
export async function loadStepsPackage(path: string | undefined): Promise<StepsPackage> {
  if (path === undefined) return NO_STEPS;
  const entry = entryOf(resolve(path));
  const { steps, providers = [], imports = [], ...rest } = await exportsOf(entry);
  const lists = { steps, providers, imports };
  const given = { ...lists, ...directoriesOf(rest, dirname(entry)) };
  const problems = [
    ...Object.entries(lists).flatMap(([name, value]) => (Array.isArray(value) ? [] : [noListProblem(name)])),
    ...stepProblems(steps),
    ...directoryProblems(rest),
  ];
  if (isStepsPackage(given, problems)) return given;
  throw new ConfigurationError(problems.map((problem) => `STEPS_PACKAGE ${problem}`));
}

function isStepsPackage(_given: object, problems: readonly string[]): _given is StepsPackage {
  return problems.length === 0;
}

function entryOf(path: string): string {
  try {
    return createRequire(path).resolve(path);
  } catch {
    throw new ConfigurationError([
      `STEPS_PACKAGE ${path} is neither a module nor a directory whose package.json names one as main`,
    ]);
  }
}

async function exportsOf(entry: string): Promise<Record<string, unknown>> {
  try {
    const exported: Record<string, unknown> = await import(pathToFileURL(entry).href);
    // Names that Node does not see in a CommonJS module are in its default export.
    const whole = exported.default;
    return 'steps' in exported || typeof whole !== 'object' ? exported : { ...whole };
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new ConfigurationError([`STEPS_PACKAGE ${entry} cannot be loaded: ${reason}`]);
  }
}

function noListProblem(name: string): string {
  return name === 'steps'
    ? 'exports no steps: a list of classes, in the order in which they are taken'
    : `exports ${name} that are no list`;
}

function stepProblems(steps: unknown): readonly string[] {
  if (!Array.isArray(steps)) return [];
  if (steps.length === 0) return ['exports an empty list of steps'];
  const unknown = steps.flatMap((step: unknown, index) =>
    isStep(step) ? [] : [`steps[${index}] is no class that extends Step of the service's own nestjs-auth-redirect`],
  );
  return new Set(steps).size < steps.length ? [...unknown, 'steps has a class twice'] : unknown;
}

function isStep(value: unknown): boolean {
  return typeof value === 'function' && value.prototype instanceof Step;
}

const DIRECTORIES = ['viewsDirectory', 'localesDirectory'] as const;

function directoryProblems(exported: Record<string, unknown>): readonly string[] {
  return DIRECTORIES.filter((name) => exported[name] !== undefined && typeof exported[name] !== 'string').map(
    (name) => `exports a ${name} that is no path`,
  );
}

/** Relative ones are beside the module. */
function directoriesOf(exported: Record<string, unknown>, folder: string): Record<string, string> {
  return Object.fromEntries(
    DIRECTORIES.flatMap((name) => {
      const path = exported[name];
      return typeof path === 'string' ? [[name, resolve(folder, path)]] : [];
    }),
  );
}
