import type { Step } from '../auth-redirect/steps/step.js';
import { ChooseStep, type ChooseOptions } from '../steps/choose/index.js';

export const SAMPLE_CLAIMS = { sample: ['Example A', 'Example B', 'Example C'] };

/** Prevents requests to a step's endpoint for a made-up user. */
export function sampledStep(step: Step): Step {
  if (!(step instanceof ChooseStep)) return step;
  const { source: _source, members: _members, ...options } = step.options;
  return new ChooseStep(Object.assign<object, ChooseOptions>(options, { claim: 'sample', id: step.id }));
}
