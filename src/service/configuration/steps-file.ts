import { READY_MADE_STEPS, type ReadyMadeStepsOptions } from '../ready-made-steps.js';
import { readConfigurationFile } from './configuration-file.js';

interface StepsFile {
  /** By step id; a step that is not here is not registered. */
  readonly options: ReadyMadeStepsOptions;
  readonly problems: readonly string[];
}

/** STEPS_FILE, in YAML or JSON: a section for each ready-made step that is in use, under its id. */
export function readStepsFile(path: string | undefined): StepsFile {
  if (path === undefined) return { options: {}, problems: [] };
  const content = readConfigurationFile(path);
  if (typeof content === 'string') return { options: {}, problems: [`STEPS_FILE ${content}`] };
  const sections = Object.entries(content).map(([id, section]) => sectionOf(id, section));
  return {
    options: Object.assign({}, ...sections.map(({ options }) => options)),
    problems: sections.flatMap(({ problems }) => problems),
  };
}

function sectionOf(id: string, section: unknown): StepsFile {
  const step = Object.hasOwn(READY_MADE_STEPS, id) ? READY_MADE_STEPS[id] : undefined;
  if (!step) return { options: {}, problems: [`STEPS_FILE configures ${id}, which is no ready-made step`] };
  if (!isRecord(section)) return { options: {}, problems: [`STEPS_FILE ${id} is not a section of options`] };
  const options = Object.assign(new step.options(), withoutPrototype(section));
  return {
    options: { [id]: options },
    problems: step.problemsOf(options).map((problem) => `STEPS_FILE ${id}.${problem}`),
  };
}

/** A member of this name would become the prototype of the options. */
function withoutPrototype(section: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(section).filter(([name]) => name !== '__proto__'));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
