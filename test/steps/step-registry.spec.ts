import { Step } from '../../src/auth-redirect/steps/step.js';
import { StepRegistry } from '../../src/auth-redirect/steps/step-registry.js';
import { thrownBy } from '../harness/continue-tokens.js';

class NamedStep extends Step {
  readonly form = Object;
  declare readonly tenant?: string | null;
  constructor(
    readonly id: string,
    tenant?: string | null,
  ) {
    super();
    if (tenant !== undefined) this.tenant = tenant;
  }
  view(): never {
    throw new Error('not shown here');
  }
  submit(): never {
    throw new Error('not posted here');
  }
}

const steps = (...ids: string[]): Step[] => ids.map((id) => new NamedStep(id));
const TENANTS = ['shop', 'bank'].map((name) => ({ name, issuers: [`${name}.eu.auth0.com`], keys: {} }));
const ids = (found: readonly Step[]): string[] => found.map(({ id }) => id);

describe('the registered steps', () => {
  it('are all used by default, in their order', () => {
    expect(ids(new StepRegistry(steps('b', 'a')).defaultSteps())).toEqual(['b', 'a']);
  });

  it('are those that the options or the token name', () => {
    const registry = new StepRegistry(steps('a', 'b', 'c'));
    expect(ids(registry.defaultSteps(['c', 'a']))).toEqual(['c', 'a']);
    expect(ids(registry.namedSteps(['b', 'c'], 'tenant'))).toEqual(['b', 'c']);
  });

  it.each<[string, string[], string[] | undefined, string]>([
    ['a repeated id', ['a', 'a'], undefined, 'steps has an id twice'],
    [
      'a malformed id',
      ['A b'],
      undefined,
      'steps has the id A b, which is not of a-z, 0-9 and -, starting with a letter, up to 40 characters',
    ],
    ['an id that is too long', [`a${'b'.repeat(40)}`], undefined, 'steps has the id abbbb'],
    ['an unknown default', ['a'], ['b'], 'defaultSteps names b, which is not registered'],
  ])('fail startup with %s', (_name, registered, byDefault, problem) => {
    const error = thrownBy(() => new StepRegistry(steps(...registered), byDefault && { defaultSteps: byDefault }));
    expect(error).toMatchObject({ code: 'options_invalid', problems: [expect.stringContaining(problem)] });
  });
});

describe('a step of one tenant', () => {
  it('is no default of another one, and is refused if its token names it', () => {
    const registry = new StepRegistry([new NamedStep('a'), new NamedStep('b', 'bank')], { tenants: TENANTS });
    expect(['shop', 'bank', undefined].map((tenant) => ids(registry.defaultSteps(['b', 'a'], tenant)))).toEqual([
      ['a'],
      ['b', 'a'],
      ['b', 'a'],
    ]);
    expect(ids(registry.namedSteps(['b'], 'bank'))).toEqual(['b']);
    expect(thrownBy(() => registry.namedSteps(['a', 'b'], 'shop'))).toMatchObject({ code: 'steps_not_available' });
  });

  it.each<[string, string | null, object, string]>([
    ['no tenant, of several', null, { tenants: TENANTS }, 'the step a belongs to one tenant: set its option tenant'],
    ['an unknown tenant', 'shpo', { tenants: TENANTS }, 'the step a has the tenant shpo, which is not configured'],
    [
      'another tenant than the only one',
      'shop',
      { issuer: 'https://bank.eu.auth0.com/' },
      'the step a has the tenant shop, which is not configured',
    ],
  ])('fails startup with %s', (_name, tenant, options, problem) => {
    const error = thrownBy(() => new StepRegistry([new NamedStep('a', tenant)], options));
    expect(error).toMatchObject({ code: 'options_invalid', problems: [problem] });
  });

  it('fails startup if another tenant names it in its own steps, where it would never run', () => {
    const tenants = TENANTS.map((tenant) => ({ ...tenant, defaultSteps: ['a', 'b'] }));
    const error = thrownBy(() => new StepRegistry([new NamedStep('a'), new NamedStep('b', 'bank')], { tenants }));
    expect(error).toMatchObject({
      code: 'options_invalid',
      problems: ['tenants[0] (shop).defaultSteps names b, which is a step of the tenant bank'],
    });
  });

  it.each([null, 'bank.eu.auth0.com'])('starts with one tenant: %s', (tenant) => {
    const step = new NamedStep('a', tenant);
    expect(new StepRegistry([step], { issuer: 'bank.eu.auth0.com' }).namedSteps(['a'], 'bank.eu.auth0.com')).toEqual([
      step,
    ]);
  });
});
