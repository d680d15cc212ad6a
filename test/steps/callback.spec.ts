import { Injectable } from '@nestjs/common';
import type { FormValues } from '../../src/auth-redirect/steps/step-form.js';
import { completed, handOff, Step, type StepContext, type StepResult } from '../../src/auth-redirect/steps/step.js';
import type { StepView } from '../../src/auth-redirect/pages/step-view.js';
import { StepTester } from '../../src/testing/step-tester.js';
import { ADAPTERS, HostApplication } from '../harness/application.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { tokenWith } from '../harness/tokens.js';

const PUBLIC_URL = 'https://login.example.com/redirect';

class NoFields {}

/** Builds the addresses of a client of an authorization server. */
@Injectable()
class ClientStep extends Step<NoFields, FormValues> {
  readonly id: string = 'client';
  readonly form = NoFields;
  view(): StepView {
    return { template: 'terms', title: 'Client', model: { introduction: null, documents: [] } };
  }
  submit(context: StepContext): StepResult<NoFields, FormValues> {
    const { url, state } = context.callback();
    return handOff(`https://server.example/authorize?${new URLSearchParams({ redirect_uri: url, state }).toString()}`);
  }
  override returned(_context: StepContext, query: FormValues): StepResult<NoFields, FormValues> {
    return completed({ ...query });
  }
}

@Injectable()
class SecondClientStep extends ClientStep {
  override readonly id = 'second';
}

interface Begun {
  readonly browser: StepBrowser;
  readonly redirectUri: string;
  readonly state: string;
}

describe.each(ADAPTERS)('a callback on %s', (adapter) => {
  let host: HostApplication;
  beforeAll(async () => {
    host = await HostApplication.start(adapter, { publicUrl: PUBLIC_URL }, 'recorded', [ClientStep, SecondClientStep]);
  });
  beforeEach(() => void host.refused.splice(0));
  afterAll(async () => host.stop());

  async function begin(token = tokenWith({ steps: ['client'] }), state?: string): Promise<Begun> {
    const browser = new StepBrowser(host);
    await browser.arrive(token, state);
    return authorized(browser);
  }
  async function authorized(browser: StepBrowser): Promise<Begun> {
    await browser.post({});
    const { searchParams } = new URL(browser.location);
    return { browser, redirectUri: searchParams.get('redirect_uri') ?? '', state: searchParams.get('state') ?? '' };
  }
  const path = (query: string, step = 'client'): string => `/redirect/steps/${step}/return?${query}`;
  const refusals = (): unknown[] => host.refused.map(({ code }) => code);

  it('has the same address for all logins, without a query, and another state for each', async () => {
    const [one, other] = [await begin(), await begin()];
    expect(one.redirectUri).toBe(`${PUBLIC_URL}/steps/client/return`);
    expect(other.redirectUri).toBe(one.redirectUri);
    expect(one.state).toMatch(/^[\w-]{16}\.[\w-]{43}$/);
    expect(other.state.split('.')[1]).not.toBe(one.state.split('.')[1]);
    expect((await authorized(one.browser.copy())).state).toBe(one.state);
  });

  it.each(['', '.2'])('finds the login by the state, also with “%s” of the step at its end', async (suffix) => {
    const { browser, state } = await begin();
    const reply = await browser.back(path(`code=1&state=${state}${suffix}`));
    expect(continueClaimsOf(reply)).toMatchObject({
      outcome: 'completed',
      steps: { client: { code: '1', state: `${state}${suffix}` } },
    });
  });

  it.each<[string, (state: string) => string]>([
    ['forged', (state) => `${state.slice(0, 17)}${'A'.repeat(43)}`],
    ['cut', (state) => state.slice(0, -1)],
    ['only the id of the login', (state) => state.slice(0, 16)],
    ['continued without a dot', (state) => `${state}A`],
    ['malformed', () => '../..'],
    ['of an unknown login', (state) => `${'A'.repeat(16)}${state.slice(16)}`],
  ])('rejects a state that is %s', async (_name, change) => {
    const { browser, state } = await begin();
    expect((await browser.get(path(`code=1&state=${change(state)}`))).status).toBe(401);
    expect(refusals()).toEqual(['step_session_missing']);
    expect((await browser.get(path(`code=1&state=${state}`))).status).toBe(303);
  });

  it('rejects no state, an empty one and several', async () => {
    const { browser, state } = await begin();
    for (const query of ['code=1', 'code=1&state=', `state=${state}&state=${state}`, `state=${state}&state=x`]) {
      expect((await browser.get(path(query))).status).toBe(401);
    }
    expect(new Set(refusals())).toEqual(new Set(['step_session_missing']));
  });

  it('rejects the state of another login in the same browser, and of another browser with the same link', async () => {
    const token = tokenWith({ steps: ['client'], nonce: 'one' });
    const [one, other] = [await begin(token, 'same-state'), await begin(token, 'same-state')];
    expect(one.state).not.toBe(other.state);
    expect((await one.browser.get(path(`code=1&state=${other.state}`))).status).toBe(401);
    const mixed = `${one.state.slice(0, 16)}${other.state.slice(16)}`;
    expect((await one.browser.get(path(`code=1&state=${mixed}`))).status).toBe(401);
    expect(refusals()).toEqual(['step_session_missing', 'step_session_missing']);
  });

  it('rejects the state of another step of the same login', async () => {
    const { browser, state } = await begin(tokenWith({ steps: ['client', 'second'] }));
    await browser.get(path(`code=1&state=${state}`));
    expect((await browser.get(path(`code=1&state=${state}`, 'second'))).status).toBe(401);
  });

  it('finds the login by `login` if both are present, and passes `state` to the step', async () => {
    const [one, other] = [await begin(), await begin()];
    const [login] = one.state.split('.');
    const reply = await one.browser.back(path(`login=${login}&state=${other.state}`));
    expect(continueClaimsOf(reply).steps).toMatchObject({ client: { state: other.state } });
    expect((await one.browser.get(path(`login=${other.state.slice(0, 16)}&state=${one.state}`))).status).toBe(401);
    expect((await other.browser.get(path(`login=&state=${other.state}`))).status).toBe(401);
  });

  it('is only the return address: a page needs `login`', async () => {
    const { browser, state } = await begin();
    expect((await browser.get(`/redirect/steps/client?state=${state}`)).status).toBe(401);
    expect((await browser.post({}, `/redirect/steps/client?state=${state}`)).status).toBe(401);
  });
});

it('a step has a callback in its own tests', async () => {
  const result = await new StepTester(new ClientStep()).submit({});
  expect(result).toMatchObject({ url: expect.stringMatching(/redirect_uri=https.*%2Freturn&state=test\./) });
});
