import { Injectable } from '@nestjs/common';
import type { FormValues } from '../../src/auth-redirect/steps/step-form.js';
import {
  completed,
  denied,
  handOff,
  invalid,
  Step,
  type StepContext,
  type StepResult,
} from '../../src/auth-redirect/steps/step.js';
import type { StepView } from '../../src/auth-redirect/pages/step-view.js';
import { checkedResult } from '../../src/auth-redirect/steps/step-results.service.js';
import { StepTester } from '../../src/testing/step-tester.js';
import { ADAPTERS, HostApplication } from '../harness/application.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { jws, tokenWith } from '../harness/tokens.js';

const VENDOR = 'https://vendor.example/check?customer=7';
const PUBLIC_URL = 'https://login.example.com/redirect';

class NoFields {}

@Injectable()
class VendorStep extends Step<NoFields, { answer: string }> {
  readonly id = 'vendor';
  readonly form = NoFields;
  view(): StepView {
    return {
      template: 'terms',
      title: 'Vendor',
      submitLabel: 'Go there',
      model: { introduction: null, documents: [] },
    };
  }
  submit(context: StepContext): StepResult<NoFields, { answer: string }> {
    const url = new URL(VENDOR);
    url.searchParams.set('return_to', context.returnUrl());
    return handOff(context.sessionToken.subject === 'auth0|astray' ? '//elsewhere.example' : url.href);
  }
  override returned({ t }: StepContext, { answer = '' }: FormValues): StepResult<NoFields, { answer: string }> {
    if (answer === '') return invalid({}, 'Nothing came back.');
    return answer === 'no' ? denied('vendor_no', t('step.cancelled')) : completed({ answer: String(answer) });
  }
}

@Injectable()
class PlainStep extends Step<NoFields, null> {
  readonly id = 'plain';
  readonly form = NoFields;
  view(): StepView {
    return new VendorStep().view();
  }
  submit(): StepResult<NoFields, null> {
    return completed(null);
  }
}

describe.each(ADAPTERS)('a step that hands off, on %s', (adapter) => {
  let host: HostApplication;
  let browser: StepBrowser;
  beforeAll(async () => {
    host = await HostApplication.start(adapter, { publicUrl: PUBLIC_URL }, 'recorded', [VendorStep, PlainStep]);
  });
  beforeEach(() => {
    browser = new StepBrowser(host);
    host.refused.length = 0;
  });
  afterAll(async () => host.stop());

  /** Returns the address to which the vendor sends the browser, as a path of this service. */
  const returnPath = (): string => {
    const returnTo = new URL(browser.location).searchParams.get('return_to') ?? '';
    expect(returnTo.startsWith(`${PUBLIC_URL}/steps/vendor/return?login=`)).toBe(true);
    return returnTo.replace(PUBLIC_URL, '/redirect');
  };
  const handedOff = async (): Promise<string> => {
    await browser.arrive(tokenWith({ steps: ['vendor'] }));
    expect((await browser.post({})).status).toBe(303);
    expect(browser.location.startsWith(VENDOR)).toBe(true);
    return returnPath();
  };

  /** Returns from the vendor, and follows the redirect. */
  const cameBack = async (path: string, of = browser): Promise<ReturnType<typeof continueClaimsOf>> => {
    expect((await of.get(path)).status).toBe(303);
    expect(of.location).not.toContain('answer');
    return continueClaimsOf(await of.get());
  };

  it('sends the user to the vendor with a return address, and handles the return', async () => {
    const back = await handedOff();
    expect(await cameBack(`${back}&answer=yes`)).toMatchObject({
      outcome: 'completed',
      steps: { vendor: { answer: 'yes' } },
    });
  });

  it('has its own button', async () => {
    await browser.arrive(tokenWith({ steps: ['vendor'] }));
    expect((await browser.get()).body).toContain('<button type="submit">Go there</button>');
  });

  it('returns once: a refreshed return continues, and another answer changes nothing', async () => {
    const back = await handedOff();
    const before = browser.copy();
    const first = await cameBack(`${back}&answer=yes`);
    expect(continueClaimsOf(await browser.get(`${back}&answer=yes`))).toEqual(first);
    expect((await cameBack(`${back}&answer=other`, before)).steps).toEqual({ vendor: { answer: 'yes' } });
  });

  it('stays denied despite later returns', async () => {
    const back = await handedOff();
    const before = browser.copy();
    expect(await cameBack(`${back}&answer=no`)).toMatchObject({ error: 'vendor_no' });
    expect(await cameBack(`${back}&answer=yes`, before)).toMatchObject({ error: 'vendor_no' });
  });

  it('shows its page again with the problem, and can be tried again', async () => {
    const back = await handedOff();
    const page = await browser.get(back);
    expect(page.status).toBe(422);
    expect(page.body).toContain('<li>Nothing came back.</li>');
    expect(page.body).toMatch(/<form[^>]* action="\/redirect\/steps\/vendor\?login&#x3D;[\w-]{16}"/);
    expect((await browser.post({}, back.replace('/return', ''))).status).toBe(303);
    expect(await cameBack(`${back}&answer=yes`)).toMatchObject({ outcome: 'completed' });
  });

  it('handles the return by GET only, not by HEAD', async () => {
    const back = await handedOff();
    expect(await browser.post({ answer: 'yes' }, back)).toMatchObject({ status: 405 });
    const head = await host.request(`${back}&answer=yes`, {
      method: 'HEAD',
      headers: { cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    expect(head.status).toBe(303);
    expect((await browser.get(back.replace('/return', ''))).body).toContain('Go there');
  });

  it('is useless to another browser', async () => {
    const back = await handedOff();
    expect((await new StepBrowser(host).get(`${back}&answer=yes`)).status).toBe(401);
    expect(host.refused.at(-1)).toMatchObject({ code: 'step_session_missing' });
  });

  it('redirects from the return address of another step to the current step', async () => {
    await browser.arrive(tokenWith({ steps: ['plain', 'vendor'] }));
    const ahead = browser.location.replace('/plain', '/vendor/return');
    expect((await browser.get(`${ahead}&answer=yes`)).status).toBe(303);
    expect(browser.location).toContain('/steps/plain?');
    const returnOfPlain = browser.location.replace('/plain', '/plain/return');
    expect((await browser.get(returnOfPlain)).status).toBe(303);
    expect(browser.location).toContain('/steps/plain?');
  });

  it('reports a fault if the address is not absolute', async () => {
    await browser.arrive(tokenWith({ sub: 'auth0|astray', steps: ['vendor'] }));
    expect((await browser.post({})).status).toBe(500);
    expect(host.refused.at(-1)?.fault?.name).toBe('TypeError');
  });
});

it('a step that hands off fails startup without the public address', async () => {
  await expect(HostApplication.start('express', {}, 'recorded', [PlainStep, VendorStep])).rejects.toMatchObject({
    problems: ['publicUrl is missing: the step vendor sends the user to another site and back'],
  });
  const host = await HostApplication.start('express', {}, 'recorded', [PlainStep]);
  expect((await host.redirect(jws(), 'state')).status).toBe(303);
  await host.stop();
});

it('a step that hands off may name its host in any script', () => {
  expect(checkedResult('vendor', handOff('https://prüfung.example/ä'))).toEqual(
    handOff('https://xn--prfung-4ya.example/%C3%A4'),
  );
});

it('a step that hands off is tested without HTTP', async () => {
  const tester = new StepTester(new VendorStep());
  const result = await tester.submit({});
  expect(result).toMatchObject({
    type: 'handOff',
    url: expect.stringContaining('return_to=https%3A%2F%2Fsteps.example'),
  });
  expect(await tester.returned({ answer: 'yes' })).toEqual(completed({ answer: 'yes' }));
  await expect(new StepTester(new PlainStep()).returned({})).rejects.toThrow('the step has no returned()');
});
