import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  completed,
  denied,
  handOff,
  pending,
  Step,
  type StepContext,
  type StepResult,
} from '../../src/auth-redirect/steps/step.js';
import type { StepView } from '../../src/auth-redirect/pages/step-view.js';
import { ADAPTERS, HostApplication } from '../harness/application.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { tokenWith } from '../harness/tokens.js';

class EmptyForm {}

/** Needs no page if the claim `ready` is set. */
@Injectable()
class ReadyStep extends Step<EmptyForm, string> {
  readonly id = 'ready';
  readonly form = EmptyForm;
  static resumed: StepContext[] = [];
  static viewed: StepContext[] = [];

  override async resume(context: StepContext): Promise<StepResult<EmptyForm, string>> {
    ReadyStep.resumed.push(context);
    const { ready } = context.sessionToken.claims;
    if (ready === 'fault') throw new Error('text-of-the-step');
    if (ready === 'no') return denied('not_ready', 'You are not ready.');
    if (ready === 'elsewhere') return handOff('https://vendor.example/');
    return ready === 'yes' ? completed('without a page') : pending();
  }
  view(context: StepContext): StepView {
    ReadyStep.viewed.push(context);
    return { template: 'external', title: 'Get ready', model: { text: 'Are you ready?' } };
  }
  submit(): StepResult<EmptyForm, string> {
    return completed('by the form');
  }
}

@Injectable()
class LastStep extends Step<EmptyForm, null> {
  readonly id = 'last';
  readonly form = EmptyForm;
  view(): StepView {
    return { template: 'external', title: 'Last', model: { text: 'The last step.' } };
  }
  submit(): StepResult<EmptyForm, null> {
    return completed(null);
  }
}

describe.each(ADAPTERS)('a step that may need no page on %s', (adapter) => {
  let host: HostApplication;
  let browser: StepBrowser;
  const arrive = async (ready: string | undefined, steps = ['ready']) =>
    browser.arrive(tokenWith({ nonce: randomUUID(), sub: `auth0|${randomUUID()}`, steps, ready }));

  beforeAll(async () => {
    host = await HostApplication.start(adapter, {}, 'recorded', [ReadyStep, LastStep]);
  });
  beforeEach(() => {
    browser = new StepBrowser(host);
    ReadyStep.resumed = [];
    ReadyStep.viewed = [];
  });
  afterAll(async () => host.stop());

  it('completes when the page is opened, and the login continues with the next step', async () => {
    await arrive('yes', ['ready', 'last']);
    expect(await browser.get()).toMatchObject({ status: 303 });
    expect(browser.location).toContain('/steps/last?');
    expect((await browser.get()).body).toContain('The last step.');
    const { steps, outcome } = continueClaimsOf(await browser.post({}));
    expect({ steps, outcome }).toEqual({ steps: { ready: 'without a page', last: null }, outcome: 'completed' });
    expect(ReadyStep.viewed).toEqual([]);
  });

  it('as the last one, completes the login', async () => {
    await arrive('yes');
    expect((await browser.get()).status).toBe(303);
    expect(continueClaimsOf(await browser.get())).toMatchObject({ steps: { ready: 'without a page' } });
    expect(ReadyStep.resumed).toHaveLength(1);
  });

  it('can deny the login', async () => {
    await arrive('no');
    await browser.get();
    expect(continueClaimsOf(await browser.get())).toMatchObject({ outcome: 'denied', error: 'not_ready' });
  });

  it('can hand off', async () => {
    await arrive('elsewhere');
    expect(await browser.get()).toMatchObject({ status: 303, headers: { location: 'https://vendor.example/' } });
  });

  it('shows its page otherwise, with the same context', async () => {
    await arrive(undefined);
    const { status, body } = await browser.get();
    expect({ status, isPage: body.includes('Are you ready?') }).toEqual({ status: 200, isPage: true });
    expect(ReadyStep.viewed).toEqual(ReadyStep.resumed);
    expect(ReadyStep.viewed[0]).toBe(ReadyStep.resumed[0]);
    expect(continueClaimsOf(await browser.post({}))).toMatchObject({ steps: { ready: 'by the form' } });
    expect(ReadyStep.resumed).toHaveLength(1);
  });

  it('is not completed by a link preview, which requests only the headers', async () => {
    await arrive('yes');
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const call = { method: 'HEAD', headers: { cookie } };
    expect(await host.request(browser.location, call)).toMatchObject({ status: 200 });
    expect(ReadyStep.resumed).toEqual([]);
  });

  it('shows an error page if it fails, and can be opened again', async () => {
    await arrive('fault');
    const { status, body } = await browser.get();
    expect(status).toBe(500);
    expect(body).not.toContain('text-of-the-step');
    expect((await browser.get()).status).toBe(500);
  });

  it('completes once for two tabs', async () => {
    await arrive('yes');
    const other = browser.copy();
    await Promise.all([browser.get(), other.get()]);
    expect(continueClaimsOf(await other.get())).toMatchObject({ steps: { ready: 'without a page' } });
    expect(ReadyStep.resumed).toHaveLength(1);
  });
});
