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
