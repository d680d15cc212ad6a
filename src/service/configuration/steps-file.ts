import { problemsOf } from '../../auth-redirect/options/validate.js';
import { TermsOptions } from '../../steps/terms/terms.options.js';
import { readConfigurationFile } from './configuration-file.js';

/** What the ready-made steps need to know, by step id; a step that is not here is not registered. */
export interface ReadyMadeStepsOptions {
  readonly terms?: TermsOptions;
}

interface StepsFile {
  readonly options: ReadyMadeStepsOptions;
  readonly problems: readonly string[];
}

const OPTIONS_OF = { terms: TermsOptions } as const;

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
  if (!isStepId(id)) return { options: {}, problems: [`STEPS_FILE configures ${id}, which is no ready-made step`] };
  if (!isRecord(section)) return { options: {}, problems: [`STEPS_FILE ${id} is not a section of options`] };
  const options = Object.assign(new OPTIONS_OF[id](), section);
  return { options: { [id]: options }, problems: problemsOf(options).map((problem) => `STEPS_FILE ${id}.${problem}`) };
}

function isStepId(id: string): id is keyof typeof OPTIONS_OF {
  return Object.hasOwn(OPTIONS_OF, id);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
