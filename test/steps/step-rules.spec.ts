import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Matches } from 'class-validator';
import type { StepView } from '../../src/auth-redirect/pages/step-view.js';
import { completed, Step, type Completed, type StepContext } from '../../src/auth-redirect/steps/step.js';
import type { StepEndedEvent } from '../../src/auth-redirect/options/events.js';
import type { AuthRedirectOptions } from '../../src/auth-redirect/options/auth-redirect.options.js';
import { ADAPTERS, HostApplication } from '../harness/application.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { tokenWith, type Members } from '../harness/tokens.js';

class AnswerForm {
  @Matches(/^[a-z]+$/, { message: 'Enter a word.' })
  accepted!: string;
}

/** Ids of the steps whose forms were submitted. */
const submitted: string[] = [];

abstract class WordStep extends Step<AnswerForm, { word: string }> {
  readonly form = AnswerForm;
  view(): StepView {
    const document = {
      field: 'accepted',
      title: this.id,
      text: null,
      url: null,
      label: { before: '', after: '' },
      isRequired: true,
    };
    return { template: 'terms', title: `Page ${this.id}`, model: { introduction: 'text', documents: [document] } };
  }
  submit(_context: StepContext, { accepted }: AnswerForm): Completed<{ word: string }> {
    submitted.push(this.id);
    return completed({ word: accepted });
  }
}
@Injectable()
class FirstStep extends WordStep {
  readonly id = 'first';
}
@Injectable()
class SecondStep extends WordStep {
  readonly id = 'second-step';
}
@Injectable()
class ThirdStep extends WordStep {
  readonly id = 'third';
}
const STEPS = [FirstStep, SecondStep, ThirdStep];

const newToken = (claims: Members = {}): string =>
  tokenWith({ nonce: randomUUID(), sub: `auth0|${randomUUID()}`, ...claims });

describe.each(ADAPTERS)('the rules of steps on %s', (adapter) => {
  let host: HostApplication | undefined;
  const warnings: unknown[] = [];
  /** Steps and outcomes of the events. */
  const ended: string[] = [];
  beforeEach(() => {
    submitted.length = 0;
    warnings.length = 0;
    ended.length = 0;
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((line: unknown) => void warnings.push(line));
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await host?.stop();
    host = undefined;
  });

  const browserWith = async (stepRules: NonNullable<AuthRedirectOptions['stepRules']>): Promise<StepBrowser> => {
    const onStepEnded = ({ step, outcome }: StepEndedEvent): void => void ended.push(`${step} ${outcome}`);
    host = await HostApplication.start(adapter, { stepRules, onStepEnded }, 'recorded', STEPS);
    return new StepBrowser(host);
  };
  /** Returns the step and the progress on the page that the browser was sent to. */
  const pageOf = async (browser: StepBrowser): Promise<string> => {
    const { body } = await browser.get();
    const [, progress = 'no progress'] = /class="progress">([^<]+)/.exec(body) ?? [];
    return `${/Page [\w-]+/.exec(body)?.[0]}, ${progress}`;
  };

  it('leave out a step whose condition is false', async () => {
    const browser = await browserWith({
      first: { when: 'claims.vip == true' },
      third: { when: 'tenant == "x" || locale == "x"' },
    });
    await browser.arrive(newToken({ vip: false }));
    expect(await pageOf(browser)).toBe('Page second-step, no progress');
    const reply = await browser.post({ accepted: 'word' });
    expect(continueClaimsOf(reply)).toMatchObject({
      outcome: 'completed',
      steps: { 'second-step': { word: 'word' } },
    });
  });

  it('continue a login without a page if no step is left', async () => {
    const never = { when: 'claims.sub == "nobody"' };
    const browser = await browserWith({ first: never, 'second-step': never, third: never });
    const reply = await browser.arrive(newToken());
    expect(continueClaimsOf(reply)).toMatchObject({ outcome: 'completed', steps: {} });
  });

  it('leave the steps alone that the session token names', async () => {
    const browser = await browserWith({ first: { when: 'false' } });
    await browser.arrive(newToken({ steps: ['first'] }));
    expect(await pageOf(browser)).toBe('Page first, no progress');
  });

  it('decide by the result of an earlier step when it exists, and the total never grows', async () => {
    const browser = await browserWith({ 'second-step': { when: 'earlier.first.word == "more"' } });
    await browser.arrive(newToken());
    expect(await pageOf(browser)).toBe('Page first, Step 1 of 3');
    await browser.post({ accepted: 'more' });
    expect(await pageOf(browser)).toBe('Page second-step, Step 2 of 3');
    await browser.arrive(newToken());
    await browser.post({ accepted: 'less' });
    expect(await pageOf(browser)).toBe('Page third, Step 2 of 2');
  });

  it('decide at once if the step that they read is left out', async () => {
    const browser = await browserWith({
      first: { when: 'false' },
      third: { when: '"first" in earlier && earlier.first.word == "more"' },
    });
    await browser.arrive(newToken());
    expect(await pageOf(browser)).toBe('Page second-step, no progress');
  });

  it('reject a post for a step that the login does not need', async () => {
    const browser = await browserWith({ 'second-step': { when: 'false' } });
    await browser.arrive(newToken());
    const reply = await browser.post({ accepted: 'word' }, browser.location.replace('first', 'second-step'));
    expect(reply.status).toBe(303);
    expect(submitted).toEqual([]);
  });

  it('keep a step that is done, and show no step whose condition has become false', async () => {
    const browser = await browserWith({});
    const token = newToken({ vip: true });
    await browser.arrive(token);
    await browser.post({ accepted: 'word' });
    await host?.stop();
    const never = { when: 'claims.vip == false' };
    const other = browser.copy(
      (host = await HostApplication.start(
        adapter,
        { stepRules: { first: never, 'second-step': never } },
        'recorded',
        STEPS,
      )),
    );
    await other.get();
    expect(await pageOf(other)).toBe('Page third, Step 2 of 2');
    const reply = await other.post({ accepted: 'end' });
    expect(continueClaimsOf(reply)).toMatchObject({ steps: { first: { word: 'word' }, third: { word: 'end' } } });
  });

  it('run a step whose condition cannot be evaluated, and log that once for each request, without values', async () => {
    const browser = await browserWith({ first: { when: 'claims.age > 17 && claims.country == "DE"' } });
    await browser.arrive(newToken({ age: 'my-secret-age', country: 'DE' }));
    const line = {
      message: 'the condition cannot be evaluated, so the step runs: no_such_overload at character 1',
      reference: expect.any(String),
      tenant: expect.any(String),
      step: 'first',
    };
    expect(warnings).toEqual([line]);
    expect(await pageOf(browser)).toBe('Page first, Step 1 of 3');
    expect(warnings).toEqual([line, line]);
    await browser.post({ accepted: 'word' });
    expect(warnings).toEqual([line, line, line]);
    await browser.get();
    expect(warnings).toHaveLength(3);
    expect(JSON.stringify(warnings)).not.toContain('secret');
  });

  it('let the user skip an optional step, whose form is not submitted', async () => {
    const browser = await browserWith({ first: { optional: true }, third: { when: '!has(earlier.first.skipped)' } });
    await browser.arrive(newToken());
    expect((await browser.get()).body).toContain(
      '<button class="secondary" type="submit" name="_skip" value="yes" formnovalidate>Skip</button>',
    );
    await browser.post({ _skip: 'yes' });
    expect((await browser.get()).body).not.toContain('_skip');
    const reply = await browser.post({ accepted: 'word' });
    expect(submitted).toEqual(['second-step']);
    expect(continueClaimsOf(reply)).toMatchObject({
      outcome: 'completed',
      steps: { first: { skipped: true }, 'second-step': { word: 'word' } },
    });
    expect(ended).toEqual(['first skipped', 'second-step completed']);
  });

  it('reject a forged post that skips another step', async () => {
    const browser = await browserWith({ 'second-step': { optional: true }, third: { optional: false } });
    await browser.arrive(newToken());
    const refused = await browser.post({ _skip: 'yes' });
    expect([refused.status, refused.body.includes('Enter a word.')]).toEqual([422, true]);
    await browser.post({ _skip: 'yes', accepted: 'word' });
    expect(submitted).toEqual(['first']);
  });

  it('keep the first result of a step that is skipped and submitted in two tabs', async () => {
    const browser = await browserWith({
      first: { optional: true },
      'second-step': { when: 'false' },
      third: { when: 'false' },
    });
    await browser.arrive(newToken());
    const other = browser.copy();
    await browser.post({ _skip: 'yes' });
    const reply = await other.post({ accepted: 'word' });
    expect(continueClaimsOf(reply)).toMatchObject({ steps: { first: { skipped: true } } });
    expect([submitted, ended]).toEqual([[], ['first skipped']]);
  });

  it.each<[AuthRedirectOptions, string[]]>([
    [
      { stepRules: { firsst: { optional: true } } },
      ['stepRules has rules for firsst, which is not registered: did you mean first?'],
    ],
    [
      { stepRules: { first: { when: 'has(earlier.third)' }, third: { when: 'has(earlier.fourth)' } } },
      [
        'stepRules.third.when reads the result of fourth, which is not registered',
        'stepRules.first.when reads the result of third, which is not before first: change the order',
      ],
    ],
    [
      { stepRules: { third: { when: 'has(earlier.first)' } }, defaultSteps: ['third', 'first'] },
      ['stepRules.third.when reads the result of first, which is not before third: change the order'],
    ],
    [
      { stepRules: { first: { when: 'claims.x' }, third: { when: 'clams.x == 1' } } },
      [
        'stepRules.first.when can have values other than true and false: write a comparison, like claims.vip == true',
        'stepRules.third.when uses the unknown variable clams: did you mean claims?, at character 1',
      ],
    ],
    [
      JSON.parse(
        '{"stepRules": {"first": {"when": true, "optional": "yes"}, "third": {"wen": "true"}, "second-step": "true"}}',
      ),
      [
        'stepRules.first.when is not a text (quote it)',
        'stepRules.first.optional is neither true nor false',
        'stepRules.third.wen is not a known option: did you mean when?',
        'stepRules.second-step is not an object, like { optional: true }',
      ],
    ],
    [
      { stepRules: { first: { when: `true || ${'x'.repeat(1000)}` } } },
      ['stepRules.first.when is not a condition of 1 to 1000 characters'],
    ],
  ])('fail startup with a line for each mistake: %j', async (options, problems) => {
    const start = HostApplication.start(adapter, options, 'recorded', STEPS);
    await expect(start).rejects.toMatchObject({ code: 'options_invalid', problems });
  });

  it('follow the order of each tenant', async () => {
    const tenant = {
      name: 'shop',
      issuers: ['shop.example'],
      keys: { current: randomUUID() },
      defaultSteps: ['third', 'first'],
    };
    const options = {
      issuer: undefined,
      secret: undefined,
      tenants: [tenant],
      stepRules: { third: { when: 'has(earlier.first)' } },
    };
    // @ts-expect-error -- The host of the tests has one tenant.
    await expect(HostApplication.start(adapter, options, 'recorded', STEPS)).rejects.toMatchObject({
      problems: [
        'stepRules.third.when reads the result of first, which is not before third in tenants[0] (shop).defaultSteps: change the order',
      ],
    });
  });
});
