import { plainToInstance } from 'class-transformer';
import { parseDocument, YAMLError } from 'yaml';
import { FileProblem, readTextFile } from '../../auth-redirect/files.js';
import { isJsonObject, type JsonObject } from '../../auth-redirect/json.js';
import { StepRuleOptions } from '../../auth-redirect/options/step-rule.options.js';
import { TenantOptions } from '../../auth-redirect/options/tenant.options.js';
import { didYouMean } from '../../auth-redirect/validation/did-you-mean.js';
import { findListProblem, findStepIdProblem, shownName } from '../../auth-redirect/validation/problems.js';
import {
  entryPath,
  optionProblems,
  optionsFrom,
  problemsOf,
  withoutNull,
} from '../../auth-redirect/validation/validate.js';
import { IfSet } from '../../auth-redirect/validation/validators.js';
import { CUSTOM_TYPE, READY_MADE_STEPS, type ConfiguredStep } from '../ready-made-steps.js';

/** Names that cannot be a secret: upper case, with parts too short for a key. */
const VARIABLE = /^[A-Z][A-Z0-9]{0,19}(?:_[A-Z0-9]{1,19})*$/;

class CustomStepOptions {
  @IfSet(findStepIdProblem)
  id?: string;
}

const STEPS_BY_TYPE: Readonly<Record<string, Pick<(typeof READY_MADE_STEPS)[string], 'options' | 'problemsOf'>>> = {
  ...READY_MADE_STEPS,
  [CUSTOM_TYPE]: { options: CustomStepOptions, problemsOf: (given) => optionProblems(CustomStepOptions, given) },
};
const STEP_TYPES = Object.keys(STEPS_BY_TYPE);

/** Maximum size of a ConfigMap or a Secret. */
const FILE_MAX_BYTES = 1_048_576;

export class ConfigurationFiles {
  readonly problems: string[] = [];

  /** @param variables The set environment variables. */
  constructor(private readonly variables: JsonObject) {}

  text(variable: string): string | undefined {
    const path = this.variables[variable];
    if (typeof path !== 'string') return undefined;
    try {
      return readTextFile(path, FILE_MAX_BYTES);
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      return this.#problem(`${variable} ${error.problem}`);
    }
  }

  /**
   * Returns an empty list if the file is invalid. In addition to {@link TenantOptions}, `keys` can name variables with the secrets:
   * `currentVariable` and `previousVariable`.
   */
  tenants(): readonly unknown[] | undefined {
    if (this.variables.TENANTS_FILE === undefined) return undefined;
    const content = this.#sections('TENANTS_FILE');
    if (!content) return [];
    const { tenants, ...others } = content;
    for (const name of Object.keys(others))
      this.#problem(`TENANTS_FILE ${shownName(name)} is not a known option${didYouMean(name, ['tenants'])}`);
    if (Array.isArray(tenants) && tenants.length > 0)
      return tenants.map((tenant, index) => this.#tenantOf(withoutNull(tenant), entryPath('tenants', index, tenant)));
    this.#problem(`TENANTS_FILE tenants ${findListProblem(tenants, 'tenants')}`);
    return [];
  }

  /**
   * Reads a list of sections, or sections by id. `type` defaults to the id, and the id to the type. A section contains the options of its
   * step and its rule, {@link StepRuleOptions}.
   */
  steps(): readonly ConfiguredStep[] {
    const content = this.#content('STEPS_FILE') ?? {};
    const steps = Array.isArray(content)
      ? content.map((section: unknown, index) => this.#step(undefined, section, `steps[${index}]`))
      : Object.entries(content).map(([id, section]) => this.#step(id, section, shownName(id)));
    const ids = steps.flatMap((step) => step?.id ?? []);
    for (const id of new Set(ids.filter((each, index) => ids.indexOf(each) !== index)))
      this.#problem(`STEPS_FILE has the id ${shownName(id)} twice: set another id for one of the steps`);
    return steps.filter((step) => step !== undefined);
  }

  #step(key: string | undefined, section: unknown, path: string): ConfiguredStep | undefined {
    if (!isJsonObject(section)) return this.#problem(`STEPS_FILE ${path} is not a section of options`);
    const { type = key, when, optional, ...given } = section;
    if (typeof type !== 'string') return this.#problem(`STEPS_FILE ${path}.type is missing: ${STEP_TYPES.join(', ')}`);
    const step = Object.hasOwn(STEPS_BY_TYPE, type) ? STEPS_BY_TYPE[type] : undefined;
    if (!step) return this.#problem(`STEPS_FILE ${unknownType(path, type)}`);
    if (type === CUSTOM_TYPE && this.variables.STEPS_PACKAGE === undefined)
      return this.#problem(`STEPS_FILE ${path} has the type ${CUSTOM_TYPE}, and STEPS_PACKAGE is not set`);
    // A member `__proto__` would become the prototype of the options.
    const members = Object.entries({ ...given, id: given.id ?? key ?? type }).filter(([name]) => name !== '__proto__');
    const options = Object.assign(new step.options(), Object.fromEntries(members));
    const rule = optionsFrom(StepRuleOptions, { when, optional });
    const problems = [...step.problemsOf(options), ...problemsOf(rule)];
    this.problems.push(...problems.map((problem) => `STEPS_FILE ${path}.${problem}`));
    return { id: String(options.id), type, options, rule };
  }

  #tenantOf(given: unknown, path: string): unknown {
    if (!isJsonObject(given)) return null;
    return plainToInstance(TenantOptions, {
      ...given,
      ...(isJsonObject(given.keys) && { keys: this.#keysOf(given.keys, path) }),
    });
  }

  /** The variable of the previous secret may be unset. */
  #keysOf({ currentVariable, previousVariable, ...keys }: JsonObject, path: string): JsonObject {
    const valueOf = (name: unknown): unknown => (typeof name === 'string' ? this.variables[name] : undefined);
    const current = valueOf(currentVariable);
    if (currentVariable !== undefined && current === undefined) {
      // Does not show other texts, which may be the secret.
      const name = typeof currentVariable === 'string' && VARIABLE.test(currentVariable) ? ` ${currentVariable}` : '';
      this.#problem(`TENANTS_FILE ${path}.keys.currentVariable names the variable${name}, which is not set`);
    }
    return {
      ...keys,
      ...(current !== undefined && { current }),
      ...(previousVariable !== undefined && { previous: valueOf(previousVariable) }),
    };
  }

  #sections(variable: string): JsonObject | undefined {
    const content = this.#content(variable);
    return content === undefined || isJsonObject(content) ? content : this.#problem(noSections(variable));
  }

  #content(variable: string): JsonObject | readonly unknown[] | undefined {
    const text = this.text(variable);
    if (text === undefined) return undefined;
    try {
      const document = parseDocument(text, { stringKeys: true });
      const [fault] = [...document.errors, ...document.warnings];
      if (fault) throw fault;
      // Converts to plain JSON: an alias of its own parent would make the validation recurse endlessly.
      const content: unknown = JSON.parse(JSON.stringify(document.toJS()));
      return isJsonObject(content) || isList(content) ? content : this.#problem(noSections(variable));
    } catch (error) {
      // The parser's message quotes the file.
      const [place] = (error instanceof YAMLError && error.linePos) || [];
      const where = place ? `, line ${place.line}, column ${place.col}` : '';
      const file = `${String(this.variables[variable])}${where}`;
      return this.#problem(`${variable} names a file that cannot be read as YAML or JSON: ${file}`);
    }
  }

  #problem(problem: string): undefined {
    this.problems.push(problem);
  }
}

function noSections(variable: string): string {
  return `${variable} does not contain a section for each name`;
}

/** @param path Path of the step; its id, if it has no type. */
function unknownType(path: string, type: string): string {
  const subject = shownName(type) === path ? `configures ${path}` : `${path} has the type ${shownName(type)}`;
  const hint = didYouMean(type, STEP_TYPES) || ` (known: ${STEP_TYPES.join(', ')})`;
  return `${subject}, which is not a ready-made step${hint}`;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
