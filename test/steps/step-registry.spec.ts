import { Step } from '../../src/auth-redirect/steps/step.js';
import { StepRegistry } from '../../src/auth-redirect/steps/step-registry.js';
import { thrownBy } from '../harness/continue-tokens.js';

class NamedStep extends Step {
  readonly form = Object;
  constructor(readonly id: string) {
    super();
  }
  view(): never {
    throw new Error('not shown here');
  }
  submit(): never {
    throw new Error('not posted here');
  }
}

const steps = (...ids: string[]): Step[] => ids.map((id) => new NamedStep(id));
const ids = (found: readonly Step[]): string[] => found.map(({ id }) => id);

describe('the steps that are registered', () => {
  it('are all taken by default, in their order', () => {
    expect(ids(new StepRegistry(steps('b', 'a')).defaultSteps())).toEqual(['b', 'a']);
  });

  it('are taken as the options say, or as the token says', () => {
    const registry = new StepRegistry(steps('a', 'b', 'c'));
    expect(ids(registry.defaultSteps(['c', 'a']))).toEqual(['c', 'a']);
    expect(ids(registry.namedSteps(['b', 'c']))).toEqual(['b', 'c']);
  });

  it.each<[string, string[], string[] | undefined, string]>([
    ['an id twice', ['a', 'a'], undefined, 'steps has an id twice'],
    ['an id that is none', ['A b'], undefined, 'steps has the id A b, which is not of a-z, 0-9 and -'],
    ['an id that is too long', [`a${'b'.repeat(40)}`], undefined, 'steps has the id abbbb'],
    ['a default that is not there', ['a'], ['b'], 'defaultSteps names b, which is not registered'],
  ])('stop the start with %s', (_name, registered, byDefault, problem) => {
    const error = thrownBy(() => new StepRegistry(steps(...registered), byDefault && { defaultSteps: byDefault }));
    expect(error).toMatchObject({ code: 'options_invalid', problems: [expect.stringContaining(problem)] });
  });
});
