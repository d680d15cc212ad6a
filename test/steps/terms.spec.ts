import { TermsStep, type TermsOptions } from '../../src/steps/terms/index.js';
import { FrozenClock } from '../../src/testing/frozen-clock.js';
import { StepTester } from '../../src/testing/step-tester.js';

const clock = new FrozenClock(Date.parse('2026-11-23T12:00:00Z'));
const stepWith = (options: object): TermsStep => new TermsStep(clock, options as TermsOptions);
function problemsWith(options: object): readonly string[] {
  try {
    stepWith(options);
    return [];
  } catch (error) {
    return (error as { problems: string[] }).problems;
  }
}

describe('the options of terms', () => {
  it.each<[object, string]>([
    [{ version: '1' }, 'terms.title is neither a text nor texts by language'],
    [{ title: 'Terms' }, 'terms.version is missing'],
    [{ title: 'Terms', version: '' }, 'terms.version is empty'],
    [{ title: 'Terms', version: 1.1 }, 'terms.version is not a text (quote it)'],
    [{ title: 'Terms', version: 2026 }, 'terms.version is not a text (quote it)'],
    [{ title: 'Terms', version: {} }, 'terms.version is not a text'],
    [{ title: 'Terms', version: '1', text: '' }, 'terms.text is empty'],
    [{ title: 'Terms', version: '1', url: { de: 'x' } }, 'terms.url de is not an https URL'],
    [
      { title: 'Terms', version: '1', link: 'x' },
      'terms.link is not a known option (known: id, title, version, text, url)',
    ],
  ])('reject %j', (options, problem) => {
    expect(problemsWith(options)).toEqual([expect.stringContaining(problem)]);
  });

  it('can be null, which YAML has for an empty option', async () => {
    const tester = new StepTester(stepWith({ title: 'Terms', version: '1', text: null, url: null }));
    expect((await tester.view()).model).toMatchObject({ documentTitle: 'Terms', text: null, url: null });
  });
});

describe('the step terms', () => {
  const tester = new StepTester(stepWith({ title: { en: 'Terms', de: 'Bedingungen' }, version: '2' }), {
    locale: 'de',
  });

  it('shows the document in the language of the login', async () => {
    expect(await tester.view()).toMatchObject({ template: 'terms', title: 'Bedingungen' });
  });

  it('returns version, time and language', async () => {
    expect(await tester.submit({ accepted: 'yes' })).toEqual({
      type: 'completed',
      data: { version: '2', acceptedAt: '2026-11-23T12:00:00.000Z', locale: 'de' },
    });
  });

  it('requires the tick', async () => {
    expect(await tester.submit({})).toMatchObject({ type: 'invalid', messages: { accepted: expect.any(String) } });
  });
});
