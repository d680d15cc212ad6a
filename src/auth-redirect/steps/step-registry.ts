import { AuthRedirectError, AuthRedirectOptionsError } from '../errors.js';
import type { Step } from './step.js';

const ID = /^[a-z][a-z0-9-]{0,39}$/;

/** The steps there are, in the order in which they are taken. */
export class StepRegistry {
  readonly #byId: ReadonlyMap<string, Step>;

  /**
   * @param byDefault Ids of the steps that a login takes whose session token names none. Default: all of them.
   * @param publicUrl The option of that name, which a step needs that sends the user elsewhere and back.
   * @throws AuthRedirectOptionsError for an id that is malformed, twice there, or not there, and where `publicUrl` is missing.
   */
  constructor(
    steps: readonly Step[],
    private readonly byDefault: readonly string[] = steps.map(({ id }) => id),
    publicUrl?: string,
  ) {
    this.#byId = new Map(steps.map((step) => [step.id, step]));
    const problems = [
      ...steps
        .filter(({ id }) => !ID.test(id))
        .map(({ id }) => `steps has the id ${id}, which is not of a-z, 0-9 and -`),
      ...(this.#byId.size < steps.length ? ['steps has an id twice'] : []),
      ...byDefault.filter((id) => !this.#byId.has(id)).map((id) => `defaultSteps names ${id}, which is not registered`),
      ...steps
        .filter((step) => 'returned' in step && publicUrl === undefined)
        .map(({ id }) => `publicUrl is missing: the step ${id} sends the user to another site and back`),
    ];
    if (problems.length > 0) throw new AuthRedirectOptionsError(problems);
  }

  /** The steps of a login whose token names none; each is still asked whether it applies. */
  defaultSteps(): readonly Step[] {
    return this.#stepsOf(this.byDefault);
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

  #stepsOf(ids: readonly unknown[]): readonly Step[] {
    return ids.map((id) => {
      const step = typeof id === 'string' ? this.#byId.get(id) : undefined;
      if (!step) throw new AuthRedirectError('steps_not_available');
      return step;
    });
  }
}
