import { AuthRedirectError, AuthRedirectOptionsError } from '../errors.js';
import type { AuthRedirectOptions } from '../options/auth-redirect.options.js';
import type { TenantOptions } from '../options/tenant.options.js';
import { tenantNames } from '../tenants/tenants-of.js';
import { didYouMean } from '../validation/did-you-mean.js';
import { findStepIdProblem } from '../validation/problems.js';
import { entryPath } from '../validation/validate.js';
import { StepRules, type StepRule } from './step-rules.js';
import type { Step } from './step.js';

type RegistryOptions = Pick<AuthRedirectOptions, 'defaultSteps' | 'issuer' | 'publicUrl' | 'tenants'>;

export class StepRegistry {
  readonly #byId: ReadonlyMap<unknown, Step>;

  /**
   * @throws AuthRedirectOptionsError for malformed, repeated or unknown ids, a missing `publicUrl`, wrong tenants of steps, and conditions
   *   that do not compile or read a later step's result.
   */
  constructor(
    private readonly steps: readonly Step[],
    options: RegistryOptions = {},
    private readonly rules = new StepRules(),
  ) {
    const { defaultSteps, publicUrl, tenants = [] } = options;
    this.#byId = new Map(steps.map((step) => [step.id, step]));
    const problems = [
      ...steps
        .filter(({ id }) => findStepIdProblem(id) !== undefined)
        .map(
          ({ id }) =>
            `steps has the id ${id}, which is not of a-z, 0-9 and -, starting with a letter, up to 40 characters`,
        ),
      ...(this.#byId.size < steps.length ? ['steps has an id twice'] : []),
      ...this.#unknownIn('', defaultSteps),
      ...tenants.flatMap((tenant, index) => {
        const path = `${entryPath('tenants', index, tenant)}.`;
        return [...this.#unknownIn(path, tenant.defaultSteps), ...this.#foreignIn(path, tenant)];
      }),
      ...steps
        .filter((step) => 'returned' in step && publicUrl === undefined)
        .map(({ id }) => `publicUrl is missing: the step ${id} sends the user to another site and back`),
      ...tenantProblems(steps, tenantNames(options)),
      ...rules.problems,
      ...this.#unknownInRules(),
      ...this.#laterInRules(defaultSteps, ''),
      ...tenants.flatMap((tenant, index) =>
        tenant.defaultSteps
          ? this.#laterInRules(tenant.defaultSteps, ` in ${entryPath('tenants', index, tenant)}.defaultSteps`)
          : [],
      ),
    ];
    if (problems.length > 0) throw new AuthRedirectOptionsError(problems);
  }

  byId(id: string): Step | undefined {
    return this.#byId.get(id);
  }

  /**
   * Returns the steps of a login without the claim `steps`. Each step still decides whether it applies.
   *
   * @param ids Default: all registered steps.
   * @param tenant Omits steps of other tenants. Default: steps of all tenants.
   */
  defaultSteps(ids?: readonly string[], tenant?: string): readonly Step[] {
    const steps = ids ? this.#stepsOf(ids) : this.steps;
    return tenant === undefined ? steps : steps.filter(isOf(tenant));
  }

  /**
   * @param claim The claim `steps`.
   * @throws AuthRedirectError `steps_not_available` unless the claim lists distinct ids of this tenant's steps: no step is skipped
   *   silently.
   */
  namedSteps(claim: unknown, tenant: string): readonly Step[] {
    const ids: readonly unknown[] = Array.isArray(claim) ? claim : [undefined];
    const steps = this.#stepsOf(ids).filter(isOf(tenant));
    if (new Set(steps).size < ids.length) throw new AuthRedirectError('steps_not_available', { tenant });
    return steps;
  }

  ruleOf(step: Step): StepRule {
    return this.rules.of(step.id);
  }

  #stepsOf(ids: readonly unknown[]): readonly Step[] {
    return ids.flatMap((id) => this.#byId.get(id) ?? []);
  }

  #unknownIn(path: string, ids: readonly string[] = []): string[] {
    const known = this.steps.map(({ id }) => id);
    return ids
      .filter((id) => !known.includes(id))
      .map((id) => `${path}defaultSteps names ${id}, which is not registered${didYouMean(id, known)}`);
  }

  #foreignIn(path: string, { name, defaultSteps = [] }: TenantOptions): string[] {
    return this.#stepsOf(defaultSteps)
      .filter((step) => !isOf(name)(step))
      .map(({ id, tenant }) => `${path}defaultSteps names ${id}, which is a step of the tenant ${tenant}`);
  }

  #unknownInRules(): string[] {
    const known = this.steps.map(({ id }) => id);
    const unknown = (id: string): string => `${id}, which is not registered${didYouMean(id, known)}`;
    return [...this.rules.byId].flatMap(([id, { condition }]) => [
      ...(known.includes(id) ? [] : [`stepRules has rules for ${unknown(id)}`]),
      ...(condition?.reads ?? [])
        .filter((read) => !known.includes(read))
        .map((read) => `stepRules.${id}.when reads the result of ${unknown(read)}`),
    ]);
  }

  /** @param place Names the tenant's option with the order, if any. */
  #laterInRules(order: readonly string[] = this.steps.map(({ id }) => id), place: string): string[] {
    return order.flatMap((id, index) =>
      (this.rules.of(id).condition?.reads ?? [])
        .filter((read) => order.indexOf(read) >= index)
        .map(
          (read) =>
            `stepRules.${id}.when reads the result of ${read}, which is not before ${id}${place}: change the order`,
        ),
    );
  }
}

function isOf(tenant: string): (step: Step) => boolean {
  return (step) => typeof step.tenant !== 'string' || step.tenant === tenant;
}

function tenantProblems(steps: readonly Step[], names: readonly string[]): string[] {
  return steps.flatMap(({ id, tenant }) => {
    if (tenant === null) return names.length > 1 ? [`the step ${id} belongs to one tenant: set its option tenant`] : [];
    return tenant === undefined || names.includes(tenant)
      ? []
      : [`the step ${id} has the tenant ${tenant}, which is not configured${didYouMean(tenant, names)}`];
  });
}
