import type { AuthRedirectOptions } from '../options/auth-redirect.options.js';
import { AuthRedirectError, AuthRedirectOptionsError } from '../errors.js';
import type { Step } from './step.js';

const ID = /^[a-z][a-z0-9-]{0,39}$/;

type RegistryOptions = Pick<AuthRedirectOptions, 'defaultSteps' | 'publicUrl' | 'tenants'>;

/** The steps there are, in the order in which they are taken. */
export class StepRegistry {
  readonly #byId: ReadonlyMap<string, Step>;

  /** @throws AuthRedirectOptionsError for an id that is malformed, twice there, or not there, and where `publicUrl` is missing. */
  constructor(
    private readonly steps: readonly Step[],
    { defaultSteps, publicUrl, tenants = [] }: RegistryOptions = {},
  ) {
    this.#byId = new Map(steps.map((step) => [step.id, step]));
    const problems = [
      ...steps
        .filter(({ id }) => !ID.test(id))
        .map(({ id }) => `steps has the id ${id}, which is not of a-z, 0-9 and -`),
      ...(this.#byId.size < steps.length ? ['steps has an id twice'] : []),
      ...this.#unknownIn('', defaultSteps),
      ...tenants.flatMap((tenant, index) => this.#unknownIn(`tenants[${index}].`, tenant.defaultSteps)),
      ...steps
        .filter((step) => 'returned' in step && publicUrl === undefined)
        .map(({ id }) => `publicUrl is missing: the step ${id} sends the user to another site and back`),
    ];
    if (problems.length > 0) throw new AuthRedirectOptionsError(problems);
  }

  /**
   * The steps of a login whose token names none; each is still asked whether it applies.
   *
   * @param ids Those of the tenant. Default: all that there are.
   */
  defaultSteps(ids?: readonly string[]): readonly Step[] {
    return ids ? this.#stepsOf(ids) : this.steps;
  }

  /**
   * The steps that a session token names.
   *
   * @param claim Its claim `steps`.
   * @throws AuthRedirectError `steps_not_available` unless it is a list of registered ids: never a silent skip.
   */
  namedSteps(claim: unknown): readonly Step[] {
    if (!Array.isArray(claim) || new Set(claim).size < claim.length) throw new AuthRedirectError('steps_not_available');
    return this.#stepsOf(claim);
  }

  #unknownIn(path: string, ids: readonly string[] = []): string[] {
    return ids
      .filter((id) => !this.#byId.has(id))
      .map((id) => `${path}defaultSteps names ${id}, which is not registered`);
  }

  #stepsOf(ids: readonly unknown[]): readonly Step[] {
    return ids.map((id) => {
      const step = typeof id === 'string' ? this.#byId.get(id) : undefined;
      if (!step) throw new AuthRedirectError('steps_not_available');
      return step;
    });
  }
}
