import { AuthRedirectError } from '../../auth-redirect/errors.js';
import { Step } from '../../auth-redirect/steps/step.js';
import type { StepRegistry } from '../../auth-redirect/steps/step-registry.js';
import type { Tenant } from '../../auth-redirect/tenants/tenant.js';
import { ConfigurationError } from '../configuration/environment.js';
import { CUSTOM_TYPE, type ConfiguredStep } from '../ready-made-steps.js';
import type { ExampleLogin } from './example-login.js';

export interface StepOrder {
  readonly tenants: readonly string[];
  readonly steps: readonly ExplainedStep[];
}

export interface ExplainedStep {
  readonly id: string;
  readonly type: string;
  readonly when?: string;
  readonly isOptional: boolean;
  readonly hasApplies: boolean;
  /** Origin, or `another site` if it depends on the login. */
  readonly handsOffTo?: string;
  readonly status?: string;
}

/**
 * Returns each order of steps once, with its tenants; with an example login, only its tenant's order.
 *
 * @param configured The steps of STEPS_FILE.
 */
export function explainSteps(
  registry: StepRegistry,
  tenants: readonly Tenant[],
  configured: readonly ConfiguredStep[],
  login: ExampleLogin | undefined,
): readonly StepOrder[] {
  const orders = new Map<string, { tenants: Set<string>; steps: readonly Step[] }>();
  for (const { name, defaultSteps } of tenants) {
    if (login && login.tenant !== name) continue;
    const claim = login?.claims.steps;
    const steps = claim === undefined ? registry.defaultSteps(defaultSteps, name) : namedSteps(registry, claim, name);
    const key = steps.map(({ id }) => id).join();
    const order = orders.get(key) ?? { tenants: new Set(), steps };
    orders.set(key, { ...order, tenants: order.tenants.add(name) });
  }
  return [...orders.values()].map((order) => {
    const statuses = login && statusesIn(login, order.steps, registry);
    const explained = order.steps.map((step) => ({
      ...explainStep(step, registry, configured),
      ...(statuses && { status: statuses.get(step.id) ?? '' }),
    }));
    return { tenants: [...order.tenants], steps: explained };
  });
}

function namedSteps(registry: StepRegistry, claim: unknown, tenant: string): readonly Step[] {
  try {
    return registry.namedSteps(claim, tenant);
  } catch (error) {
    if (!(error instanceof AuthRedirectError)) throw error;
    throw new ConfigurationError([
      `--login has a claim steps that is not a list of different registered ids: the service refuses this login (${error.code})`,
    ]);
  }
}

function explainStep(step: Step, registry: StepRegistry, configured: readonly ConfiguredStep[]): ExplainedStep {
  const { type = CUSTOM_TYPE, options } = configured.find(({ id }) => id === step.id) ?? {};
  const { condition, isOptional } = registry.ruleOf(step);
  return {
    id: step.id,
    type: type === CUSTOM_TYPE ? `custom, ${step.constructor.name}` : type,
    ...(condition && { when: condition.text }),
    isOptional,
    hasApplies: step.applies !== Step.prototype.applies,
    ...(step.returned && { handsOffTo: originOf(options) }),
  };
}

/** Omits path and query, which may contain secrets. */
function originOf(options: object = {}): string {
  const url = 'url' in options ? String(options.url) : '';
  return URL.canParse(url) ? new URL(url).origin : 'another site';
}

/** Decides like {@link StepRunnerService}, but does not call `applies`. */
function statusesIn(login: ExampleLogin, steps: readonly Step[], registry: StepRegistry): ReadonlyMap<string, string> {
  const statuses = new Map<string, string>();
  const pending: string[] = [];
  for (const step of steps) {
    const status = statusOf(step, login, registry, pending);
    statuses.set(step.id, status);
    if (status !== DONE && status !== SKIPPED) pending.push(step.id);
  }
  return statuses;
}

const DONE = 'already completed';
const SKIPPED = 'omitted: the condition is false';

function statusOf(step: Step, login: ExampleLogin, registry: StepRegistry, pending: readonly string[]): string {
  if (Object.hasOwn(login.earlier, step.id)) return DONE;
  if (login.claims.steps !== undefined) return 'runs: the claim steps names it';
  const verdict = registry.ruleOf(step).condition?.judge(login, pending);
  switch (verdict?.type) {
    case undefined:
      return 'runs';
    case 'met':
      return 'runs: the condition is true';
    case 'unmet':
      return SKIPPED;
    case 'open':
      return `unknown until ${verdict.until} is completed`;
    case 'failed':
      return `runs: the condition cannot be evaluated (${verdict.failure})`;
    default:
      return verdict satisfies never;
  }
}
