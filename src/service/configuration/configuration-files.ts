import { plainToInstance } from 'class-transformer';
import { parseDocument, YAMLError } from 'yaml';
import { FileProblem, readTextFile } from '../../auth-redirect/files.js';
import { isJsonObject, type JsonObject } from '../../auth-redirect/json.js';
import { TenantOptions } from '../../auth-redirect/options/tenant.options.js';
import { didYouMean } from '../../auth-redirect/validation/did-you-mean.js';
import { findListProblem, shownName } from '../../auth-redirect/validation/problems.js';
import { entryPath } from '../../auth-redirect/validation/validate.js';
import { READY_MADE_STEPS, type ReadyMadeStepsOptions } from '../ready-made-steps.js';

/** Names that no secret looks like: upper case, and parts too short for a key. */
const VARIABLE = /^[A-Z][A-Z0-9]{0,19}(?:_[A-Z0-9]{1,19})*$/;

/** A ConfigMap or a Secret has at most this many bytes. */
const FILE_MAX_BYTES = 1_048_576;

/** Reads the files that variables name, and collects what is wrong with them. */
export class ConfigurationFiles {
  readonly problems: string[] = [];

  /** @param variables The environment variables that are set. */
  constructor(private readonly variables: JsonObject) {}

  /** Returns the text of the file that a variable names. */
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
   * Returns the list `tenants` of TENANTS_FILE; an empty one if the file cannot be used, undefined if there is none. In addition to
   * {@link TenantOptions}, `keys` may name environment variables with the secrets: `currentVariable` and `previousVariable`.
   */
  tenants(): readonly unknown[] | undefined {
    if (this.variables.TENANTS_FILE === undefined) return undefined;
    const content = this.#sections('TENANTS_FILE');
    if (!content) return [];
    const { tenants, ...others } = content;
    for (const name of Object.keys(others))
      this.#problem(`TENANTS_FILE ${shownName(name)} is not a known option${didYouMean(name, ['tenants'])}`);
    if (Array.isArray(tenants) && tenants.length > 0)
      return tenants.map((tenant: unknown, index) => this.#tenantOf(tenant, entryPath('tenants', index, tenant)));
    this.#problem(`TENANTS_FILE tenants ${findListProblem(tenants, 'tenants')}`);
    return [];
  }

  /** Returns the options of STEPS_FILE: a section for each ready-made step in use, under its id. */
  steps(): ReadyMadeStepsOptions {
    const sections = Object.entries(this.#sections('STEPS_FILE') ?? {});
    const configured = sections.map(([id, section]) => [id, this.#stepOptions(id, section)] as const);
    return Object.fromEntries(configured.flatMap(([id, options]) => (options ? [[id, options]] : [])));
  }

  #stepOptions(id: string, section: unknown): object | undefined {
    const step = Object.hasOwn(READY_MADE_STEPS, id) ? READY_MADE_STEPS[id] : undefined;
    if (!step) {
      const hint = didYouMean(id, Object.keys(READY_MADE_STEPS));
      return this.#problem(`STEPS_FILE configures ${shownName(id)}, which is no ready-made step${hint}`);
    }
    if (!isJsonObject(section)) return this.#problem(`STEPS_FILE ${id} is not a section of options`);
    // A member `__proto__` would become the prototype of the options.
    const members = Object.entries(section).filter(([name]) => name !== '__proto__');
    const options = Object.assign(new step.options(), Object.fromEntries(members));
    this.problems.push(...step.problemsOf(options).map((problem) => `STEPS_FILE ${id}.${problem}`));
    return options;
  }

  #tenantOf(given: unknown, path: string): unknown {
    if (!isJsonObject(given)) return null;
    return plainToInstance(TenantOptions, {
      ...given,
      ...(isJsonObject(given.keys) && { keys: this.#keysOf(given.keys, path) }),
    });
  }

  /** After a rotation, the variable of the previous secret is not set. */
  #keysOf({ currentVariable, previousVariable, ...keys }: JsonObject, path: string): JsonObject {
    const valueOf = (name: unknown): unknown => (typeof name === 'string' ? this.variables[name] : undefined);
    const current = valueOf(currentVariable);
    if (currentVariable !== undefined && current === undefined) {
      // Anything else may be the secret itself.
      const name = typeof currentVariable === 'string' && VARIABLE.test(currentVariable) ? ` ${currentVariable}` : '';
      this.#problem(`TENANTS_FILE ${path}.keys.currentVariable names the variable${name}, which is not set`);
    }
    return {
      ...keys,
      ...(current !== undefined && { current }),
      ...(previousVariable !== undefined && { previous: valueOf(previousVariable) }),
    };
  }

  /** Returns the content of a file in YAML or JSON. */
  #sections(variable: string): JsonObject | undefined {
    const text = this.text(variable);
    if (text === undefined) return undefined;
    try {
      const document = parseDocument(text);
      const [fault] = [...document.errors, ...document.warnings];
      if (fault) throw fault;
      // What YAML has in addition to JSON, such as an alias of its own parent, would end the validation in an endless recursion.
      const content: unknown = JSON.parse(JSON.stringify(document.toJS()));
      return isJsonObject(content) ? content : this.#problem(`${variable} does not hold a section for each name`);
    } catch (error) {
      // The message quotes the file.
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
