import { setTimeout as wait } from 'node:timers/promises';
import { ViewError } from '../../auth-redirect/errors.js';
import { faultOf } from '../../auth-redirect/requests/fault.js';
import type { Step } from '../../auth-redirect/steps/step.js';
import { StepTester, type TestedLogin } from '../../testing/step-tester.js';
import { SAMPLE_CLAIMS, sampledStep } from '../sampled-step.js';
import { error, ok, warning, type Finding } from './finding.js';

const DEADLINE_MS = 5000;

/** Finds missing templates and texts. */
export async function checkStep(step: Step, directories: TestedLogin): Promise<Finding> {
  const subject = `step ${step.id}`;
  const tester = new StepTester(sampledStep(step), { subject: 'auth0|check', claims: SAMPLE_CLAIMS, ...directories });
  const timer = new AbortController();
  try {
    const page = await Promise.race([tester.render(), wait(DEADLINE_MS, undefined, { signal: timer.signal })]);
    if (page === undefined) return warning(subject, `shows no page to a made-up user within ${DEADLINE_MS / 1000} s`);
    const texts = [...tester.unknownTexts];
    return texts.length > 0
      ? error(subject, `no locale file has the text ${texts.join(', ')}`)
      : ok(subject, 'has a page');
  } catch (thrown) {
    if (thrown instanceof ViewError) return error(subject, thrown.message);
    const { name, frames } = faultOf(thrown);
    return warning(subject, `shows no page to a made-up user: ${name} in ${frames[0] ?? 'an unknown place'}`);
  } finally {
    timer.abort();
  }
}

/**
 * Warns of a probably accidental order: Helm sorts the options in a chart by id.
 *
 * @param ids Ids in the order of STEPS_FILE.
 * @param order The variable STEPS.
 */
export function checkOrder(ids: readonly string[], order: readonly string[] | undefined): readonly Finding[] {
  if (order !== undefined || ids.length < 2 || ids.join() !== ids.toSorted().join()) return [];
  const advice = 'if another order is meant, set STEPS (in the chart: steps.order)';
  return [warning('steps', `STEPS_FILE has the steps in alphabetical order, as Helm sorts them: ${advice}`)];
}
