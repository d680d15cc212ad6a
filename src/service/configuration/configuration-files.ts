import { plainToInstance } from 'class-transformer';
import { parse } from 'yaml';
import { FileProblem, readTextFile } from '../../auth-redirect/files.js';
import { isJsonObject, type JsonObject } from '../../auth-redirect/json.js';
import { TenantOptions } from '../../auth-redirect/options/tenant.options.js';
import { shownName } from '../../auth-redirect/validation/problems.js';
import { READY_MADE_STEPS, type ReadyMadeStepsOptions } from '../ready-made-steps.js';

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
    for (const name of Object.keys(others)) this.#problem(`TENANTS_FILE ${shownName(name)} is not a known option`);
    if (Array.isArray(tenants) && tenants.length > 0) return tenants.map((tenant: unknown) => this.#tenantOf(tenant));
    this.#problem('TENANTS_FILE tenants is not a list of tenants');
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
    if (!step) return this.#problem(`STEPS_FILE configures ${shownName(id)}, which is no ready-made step`);
    if (!isJsonObject(section)) return this.#problem(`STEPS_FILE ${id} is not a section of options`);
    // A member `__proto__` would become the prototype of the options.
    const members = Object.entries(section).filter(([name]) => name !== '__proto__');
    const options = Object.assign(new step.options(), Object.fromEntries(members));
    this.problems.push(...step.problemsOf(options).map((problem) => `STEPS_FILE ${id}.${problem}`));
    return options;
  }

  #tenantOf(given: unknown): unknown {
    if (!isJsonObject(given)) return given;
    const keys = isJsonObject(given.keys) ? this.#keysOf(given.keys) : given.keys;
    return plainToInstance(TenantOptions, { ...given, keys });
  }

  /** A variable that is not set leaves its secret empty, and so invalid. */
  #keysOf({ currentVariable, previousVariable, ...keys }: JsonObject): JsonObject {
    const valueOf = (name: unknown): unknown => (typeof name === 'string' ? this.variables[name] : undefined);
    return {
      ...keys,
      ...(currentVariable !== undefined && { current: valueOf(currentVariable) ?? '' }),
      ...(previousVariable !== undefined && { previous: valueOf(previousVariable) }),
    };
  }

  /** Returns the content of a file in YAML or JSON. */
  #sections(variable: string): JsonObject | undefined {
    const text = this.text(variable);
    if (text === undefined) return undefined;
    try {
      // What YAML has in addition to JSON, such as an alias of its own parent, would end the validation in an endless recursion.
      const content: unknown = JSON.parse(JSON.stringify(parse(text)));
      return isJsonObject(content) ? content : this.#problem(`${variable} does not hold a section for each name`);
    } catch {
      return this.#problem(`${variable} names a file that cannot be read as YAML or JSON`);
    }
  }

  #problem(problem: string): undefined {
    this.problems.push(problem);
  }
}
