import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { IsIn, Length } from 'class-validator';
import {
  completed,
  denied,
  invalid,
  Step,
  type StepContext,
  type StepResult,
} from '../../src/auth-redirect/steps/step.js';
import type { StepView } from '../../src/auth-redirect/pages/step-view.js';
import { seal } from '../../src/auth-redirect/steps/seal.js';
import { SessionKey } from '../../src/auth-redirect/tenants/session-key.js';
import { ADAPTERS, HostApplication } from '../harness/application.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { ISSUER, jws, NOW, SECRET, tokenWith, type Members } from '../harness/tokens.js';

class NameForm {
  @Length(2, 20, { message: 'Please give a name of 2 to 20 characters.' })
  accepted!: string;
}
class ChoiceForm {
  @IsIn(['yes', 'no', 'huge', 'fault'], { message: 'Please choose.' })
  accepted!: string;
}
/** Returns a session token of a new user, because step sessions per user are limited. */
const newToken = (claims: Members = {}): string =>
  tokenWith({ nonce: randomUUID(), sub: `auth0|${randomUUID()}`, ...claims });

const NEW_SECRET = `new-${SECRET}`;

const contexts: StepContext[] = [];
const page = (title: string): StepView => ({
  template: 'terms',
  title,
  model: {
    introduction: 'text',
    documents: [
      { field: 'accepted', title, text: null, url: null, label: { before: '', after: '' }, isRequired: true },
    ],
  },
});

@Injectable()
class NameStep extends Step<NameForm, { name: string }> {
  readonly id = 'name';
  readonly form = NameForm;
  view(): StepView {
    return page('Your name');
  }
  submit(_context: StepContext, { accepted }: NameForm): StepResult<NameForm, { name: string }> {
    return accepted === 'taken' ? invalid<NameForm>({ accepted: 'That one is taken.' }) : completed({ name: accepted });
  }
}
@Injectable()
class ChoiceStep extends Step<ChoiceForm, string> {
  readonly id = 'choice';
  readonly form = ChoiceForm;
  override applies(context: StepContext): boolean {
    contexts.push(context);
    return context.sessionToken.subject !== 'auth0|exempt';
  }
  view(context: StepContext): StepView {
    return page(`Hello ${JSON.stringify(context.earlier)}`);
  }
  submit(_context: StepContext, { accepted }: ChoiceForm): StepResult<ChoiceForm, string> {
    if (accepted === 'fault') throw new Error('text-of-the-step');
    if (accepted === 'no') return denied('underage', 'You are too young.');
    return completed(accepted === 'huge' ? 'x'.repeat(12_000) : accepted);
  }
}

describe.each(ADAPTERS)('a login with steps on %s', (adapter) => {
  let host: HostApplication;
  let browser: StepBrowser;
  beforeAll(async () => {
    host = await HostApplication.start(adapter, { signInUrl: 'https://app.example.com/' }, 'recorded', [
      NameStep,
      ChoiceStep,
    ]);
  });
  beforeEach(() => {
    host.clock.milliseconds = NOW * 1000;
    for (const events of [host.completed, host.refused, host.stepped, contexts]) events.length = 0;
    browser = new StepBrowser(host);
  });
  afterAll(async () => host.stop());

  it('is redirected to an address without token and state, shows its steps in order and returns their data', async () => {
    const token = newToken({ nonce: 'n-1' });
    const arrival = await browser.arrive(token, 'state-1');
    expect(arrival.status).toBe(303);
    expect(arrival.headers['cache-control']).toBe('no-store');
    expect(browser.location).toMatch(/^\/redirect\/steps\/name\?login=[\w-]{16}$/);
    expect((await browser.get()).body).toContain('Step 1 of 2');

    expect((await browser.post({ accepted: 'Ada' })).status).toBe(303);
    expect(browser.location).toMatch(/^\/redirect\/steps\/choice\?login=/);
    const second = await browser.get();
    expect(second.body).toContain('Step 2 of 2');
    expect(second.body).toContain('Hello {&quot;name&quot;:{&quot;name&quot;:&quot;Ada&quot;}}');

    const last = await browser.post({ accepted: 'yes' });
    expect(last.status).toBe(200);
    expect(continueClaimsOf(last)).toEqual({
      iss: ISSUER,
      sub: expect.any(String),
      iat: NOW,
      exp: NOW + 900,
      state: 'state-1',
      nonce: 'n-1',
      outcome: 'completed',
      steps: { name: { name: 'Ada' }, choice: 'yes' },
    });
    expect(host.completed).toEqual([expect.objectContaining({ tenant: ISSUER, outcome: 'completed' })]);
    expect(host.stepped.map(({ step, status }) => `${step} ${status}`)).toEqual([
      'name 303',
      'name 200',
      'choice 303',
      'choice 200',
    ]);
  });

  it('keeps its step session in an encrypted cookie of this host', async () => {
    browser.site = 'login.example.com';
    const arrival = await browser.arrive(newToken());
    const [cookie = ''] = arrival.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(
      /^__Host-auth-redirect\.[\w-]{16}\.0=[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+; Max-Age=4500; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    const header = JSON.parse(Buffer.from(/=([\w-]+)\./.exec(cookie)?.[1] ?? '', 'base64url').toString()) as object;
    expect(header).toEqual({ alg: 'dir', enc: 'A256GCM', typ: 'step-session', kid: expect.any(String) });
    expect(cookie).not.toContain('state-1');
  });

  it('has pages that send their origin only to themselves, and are not stored', async () => {
    await browser.arrive(newToken());
    const { headers } = await browser.get();
    expect(headers).toMatchObject({
      'referrer-policy': 'same-origin',
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
    });
    expect(headers['content-security-policy']).not.toContain('form-action');
  });

  it('has only the steps that the session token names', async () => {
    await browser.arrive(newToken({ steps: ['choice'] }));
    expect(browser.location).toContain('/steps/choice');
    expect(continueClaimsOf(await browser.post({ accepted: 'yes' })).steps).toEqual({ choice: 'yes' });
    expect(contexts).toEqual([]);
  });

  it('has a step that the token names even if it does not apply', async () => {
    await browser.arrive(newToken({ sub: 'auth0|exempt', steps: ['choice'] }));
    expect(browser.location).toContain('/steps/choice');
  });

  it('skips a step that does not apply', async () => {
    await browser.arrive(newToken({ sub: 'auth0|exempt' }));
    expect((await browser.get()).body).not.toContain('class="progress"');
    expect(continueClaimsOf(await browser.post({ accepted: 'Ada' })).steps).toEqual({ name: { name: 'Ada' } });
  });

  it('continues at once, without a cookie, if the token names no step', async () => {
    const reply = await browser.arrive(newToken({ steps: [] }));
    expect(reply.headers).not.toHaveProperty('set-cookie');
    expect(continueClaimsOf(reply)).not.toHaveProperty('outcome');
  });

  it.each([['unknown'], 'name', ['name', 'name'], [1], { name: true }, null].map((steps) => [steps]))(
    'is refused if the token names unknown steps: %j',
    async (steps) => {
      expect((await browser.arrive(newToken({ steps }))).status).toBe(401);
      expect(host.refused[0]).toMatchObject({ code: 'steps_not_available', tenant: ISSUER });
    },
  );

  it('hides state, keys and response from the step', async () => {
    await browser.arrive(newToken(), 'the-state');
    expect(Object.keys(contexts[0] ?? {}).toSorted()).toEqual([
      'callback',
      'earlier',
      'inbox',
      'locale',
      'logger',
      'memory',
      'reference',
      'renderMail',
      'returnUrl',
      'secret',
      'sessionToken',
      't',
      'tenant',
    ]);
    expect(JSON.stringify(contexts[0])).not.toContain('the-state');
  });

  describe('a form', () => {
    beforeEach(async () => {
      await browser.arrive(newToken());
    });

    it.each([
      [{ accepted: 'A' }, 'Please give a name of 2 to 20 characters.'],
      [{}, 'Please give a name of 2 to 20 characters.'],
      [{ accepted: 'taken' }, 'That one is taken.'],
    ])('%j is shown again with the problem', async (fields, message) => {
      const reply = await browser.post(fields);
      expect(reply.status).toBe(422);
      expect(reply.body).toContain(`<a href="#accepted">${message}</a>`);
      expect(reply.body).toContain(`id="accepted-problem">${message}`);
      expect(reply.headers).not.toHaveProperty('set-cookie');
    });

    it.each<[string, Record<string, string>, string]>([
      ['another site', { 'sec-fetch-site': 'cross-site' }, 'cross_site_request'],
      ['a sibling site', { 'sec-fetch-site': 'same-site' }, 'cross_site_request'],
      ['nowhere', { 'sec-fetch-site': 'none' }, 'cross_site_request'],
      ['another type', { 'content-type': 'text/plain' }, 'form_not_valid'],
    ])('from %s is refused, and the login continues', async (_name, headers, code) => {
      const reply = await browser.post({ accepted: 'Ada' }, browser.location, headers);
      expect(host.refused.at(-1)).toMatchObject({ code, status: reply.status });
      expect((await browser.post({ accepted: 'Ada' })).status).toBe(303);
    });

    it("of an old browser is accepted if its Origin is the service's own", async () => {
      const old = async (headers: Record<string, string>): Promise<number> => {
        const { 'sec-fetch-site': _none, ...rest } = { 'sec-fetch-site': '', ...headers };
        const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
        const call = { 'content-type': 'application/x-www-form-urlencoded', cookie, ...rest };
        return (await host.request(browser.location, { method: 'POST', headers: call, body: 'accepted=Ada' })).status;
      };
      expect(await old({})).toBe(403);
      expect(await old({ origin: 'null' })).toBe(403);
      expect(await old({ origin: 'https://attacker.example' })).toBe(403);
      expect(await old({ origin: `http://127.0.0.1:${host.port}` })).toBe(303);
    });

    it('that is too large is refused', async () => {
      const reply = await browser.post({ accepted: 'x'.repeat(70_000) });
      expect(reply.status).toBe(413);
    });

    it('posted twice counts once', async () => {
      const second = browser.copy();
      await browser.post({ accepted: 'Ada' });
      expect((await browser.post({ accepted: 'Eve' }, second.location)).status).toBe(303);
      expect((await browser.get()).body).toContain('Ada');
    });

    it('with `__proto__` or `constructor` changes nothing', async () => {
      await browser.post(JSON.parse('{"accepted":"Ada","__proto__":"x","constructor":"y"}') as Record<string, string>);
      expect(Object.getPrototypeOf({})).toBe(Object.prototype);
      await browser.post({ accepted: 'Ada' });
      expect((await browser.get()).body).toContain('Ada');
    });
  });

  it('is denied for good if the user cancels', async () => {
    await browser.arrive(newToken());
    const cancelled = await browser.post({ _cancel: 'yes', accepted: 'Ada' });
    const claims = {
      outcome: 'denied',
      steps: {},
      error: 'cancelled',
      error_description: 'You canceled the sign-in. Sign in again to continue.',
    };
    expect(continueClaimsOf(cancelled)).toMatchObject(claims);
    expect(continueClaimsOf(await browser.get())).toMatchObject(claims);
    expect(continueClaimsOf(await browser.post({ accepted: 'Ada' }))).toMatchObject(claims);
  });

  it('is denied if a step denies it, with the data of earlier steps', async () => {
    await browser.arrive(newToken());
    await browser.post({ accepted: 'Ada' });
    expect(continueClaimsOf(await browser.post({ accepted: 'no' }))).toMatchObject({
      outcome: 'denied',
      steps: { name: { name: 'Ada' } },
      error: 'underage',
      error_description: 'You are too young.',
    });
    expect(host.completed).toEqual([expect.objectContaining({ outcome: 'denied' })]);
  });

  it('is not completed by skipping a step', async () => {
    await browser.arrive(newToken());
    const ahead = browser.location.replace('/name', '/choice');
    expect((await browser.get(ahead)).status).toBe(303);
    expect((await browser.post({ accepted: 'yes' }, ahead)).status).toBe(303);
    expect(browser.location).toContain('/steps/name');
    expect((await browser.get(browser.location.replace('/name', '/nothing'))).status).toBe(303);
  });

  it('shows the step of its step session, also after Back', async () => {
    await browser.arrive(newToken());
    const first = browser.location;
    await browser.post({ accepted: 'Ada' });
    expect((await browser.get(first)).status).toBe(303);
    expect(browser.location).toContain('/steps/choice');
  });

  it('continues again after a refresh of its last page', async () => {
    await browser.arrive(newToken({ steps: ['name'] }));
    const first = continueClaimsOf(await browser.post({ accepted: 'Ada' }));
    expect(continueClaimsOf(await browser.get())).toEqual(first);
    expect(continueClaimsOf(await browser.post({ accepted: 'Eve' }))).toEqual(first);
  });

  it('is one of several in the same browser, each with its own answers', async () => {
    await browser.arrive(newToken({ nonce: 'a' }), 'state-a');
    const first = browser.location;
    await browser.arrive(newToken({ nonce: 'b', steps: ['choice'] }), 'state-b');
    const second = browser.location;
    await browser.post({ accepted: 'Ada' }, first);
    expect(continueClaimsOf(await browser.post({ accepted: 'yes' }, second))).toMatchObject({
      state: 'state-b',
      nonce: 'b',
      steps: { choice: 'yes' },
    });
    expect(continueClaimsOf(await browser.post({ accepted: 'yes' }, first.replace('/name', '/choice')))).toMatchObject({
      state: 'state-a',
      nonce: 'a',
    });
  });

  it('does not open in another browser, by its address or with the cookie of another login', async () => {
    await browser.arrive(newToken(), 'state-a');
    const thief = new StepBrowser(host);
    expect((await thief.get(browser.location)).status).toBe(401);
    expect(host.refused.at(-1)).toMatchObject({ code: 'step_session_missing' });
    await thief.arrive(newToken(), 'state-b');
    const [name = ''] = browser.cookies.keys();
    thief.cookies.set(name, [...thief.cookies.values()][0] ?? '');
    expect((await thief.get(browser.location)).status).toBe(401);
    expect(host.refused.at(-1)).toMatchObject({ code: 'step_session_invalid' });
  });

  it.each([
    ['changed', (sealed: string) => sealed.replace(/.(?=.{9}$)/, (last) => (last === 'A' ? 'B' : 'A'))],
    ['a session token', () => jws()],
    ['nonsense', () => 'x'],
  ])('is refused with a cookie that is %s', async (_name, forged) => {
    await browser.arrive(newToken());
    for (const [name, sealed] of browser.cookies) browser.cookies.set(name, forged(sealed));
    expect((await browser.get()).status).toBe(401);
    expect(host.refused.at(-1)).toMatchObject({ code: 'step_session_invalid' });
  });

  it.each(['', '?login=', '?login=short', '?login=aaaaaaaaaaaaaaaa&login=bbbbbbbbbbbbbbbb'])(
    'is refused without its id in the address: %s',
    async (query) => {
      await browser.arrive(newToken());
      expect((await browser.get(`/redirect/steps/name${query}`)).status).toBe(401);
    },
  );

  it('expires with its session token', async () => {
    await browser.arrive(newToken({ exp: NOW + 61 }));
    expect((await browser.get()).body).toContain('Finish this sign-in within 2 minutes.');
    host.clock.milliseconds += 60_999;
    expect((await browser.get()).body).toContain('Finish this sign-in within 1 minute.');
    host.clock.milliseconds += 1;
    expect((await browser.post({ accepted: 'Ada' })).body).toContain('took too long');
    expect(host.refused.at(-1)).toMatchObject({ code: 'token_expired' });
  });

  it('is refused for methods other than GET, HEAD and POST', async () => {
    await browser.arrive(newToken());
    const reply = await host.request(browser.location, { method: 'DELETE' });
    expect(reply).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD, POST' } });
  });

  it('survives an exception of a step', async () => {
    await browser.arrive(newToken({ steps: ['choice'] }));
    const reply = await browser.post({ accepted: 'fault' });
    expect(reply.status).toBe(500);
    expect(reply.body).not.toContain('text-of-the-step');
    expect(host.completed).toEqual([]);
    expect(host.refused.at(-1)?.fault?.name).toBe('Error');
    expect(continueClaimsOf(await browser.post({ accepted: 'yes' })).outcome).toBe('completed');
  });

  it('requests shorter text if a step returns more data than the cookies hold', async () => {
    await browser.arrive(newToken({ steps: ['choice'] }));
    const reply = await browser.post({ accepted: 'huge' });
    expect(reply.status).toBe(422);
    expect(reply.body).toContain('This is too much text in total.');
    expect(continueClaimsOf(await browser.post({ accepted: 'yes' })).outcome).toBe('completed');
  });

  it('is refused at once if its session token leaves no room', async () => {
    expect((await browser.arrive(newToken({ steps: ['choice'], data: 'x'.repeat(4200) }))).status).toBe(401);
    expect(host.refused.at(-1)).toMatchObject({ code: 'token_too_large', tenant: ISSUER });
  });

  it('resumes when its link is opened again in the same browser, and restarts in another', async () => {
    const token = newToken({ nonce: 'again' });
    await browser.arrive(token, 'state-again');
    await browser.post({ accepted: 'Ada' });
    await browser.arrive(token, 'state-again');
    expect((await browser.get()).status).toBe(303);
    expect((await browser.get()).body).toContain('Ada');
    const thief = new StepBrowser(host);
    await thief.arrive(token, 'state-again');
    expect(thief.location).toContain('/steps/name?');
    await thief.post({ accepted: 'Eve' });
    expect((await thief.get()).body).toContain('Eve');
    expect(continueClaimsOf(await browser.post({ accepted: 'yes' })).steps).toEqual({
      name: { name: 'Ada' },
      choice: 'yes',
    });
  });

  it('stays denied, or completed, when its link is opened again', async () => {
    for (const [fields, outcome] of [
      [{ _cancel: 'yes' }, 'denied'],
      [{ accepted: 'yes' }, 'completed'],
    ] as const) {
      const token = newToken({ nonce: outcome, steps: ['choice'] });
      const again = new StepBrowser(host);
      await again.arrive(token, outcome);
      expect(continueClaimsOf(await again.post(fields as Record<string, string>)).outcome).toBe(outcome);
      expect((await again.arrive(token, outcome)).status).toBe(303);
      expect(continueClaimsOf(await again.get()).outcome).toBe(outcome);
    }
  });

  it('stores no more cookies than a request has room for', async () => {
    for (let logins = 0; logins < 30; logins += 1) await browser.arrive(newToken({ nonce: `n-${logins}` }));
    const bytes = [...browser.cookies]
      .map((cookie) => cookie.join('=').length)
      .reduce((sum, length) => sum + length, 0);
    expect(bytes).toBeLessThan(10_000);
    await browser.post({ accepted: 'Ada' });
    expect((await browser.get()).body).toContain('Ada');
    const last = await browser.post({ accepted: 'yes' });
    expect(last.headers['set-cookie']?.[0]).toContain('Max-Age=120');
  });

  it('submits automatically once: after Back the page waits for the button', async () => {
    await browser.arrive(newToken({ steps: ['choice'] }));
    const first = await browser.post({ accepted: 'yes' });
    expect(first.body).toContain(' data-automatic>');
    const back = await browser.get();
    expect(back.body).not.toContain(' data-automatic>');
    expect(back.body).toContain('You already continued this sign-in.');
    expect(continueClaimsOf(back)).toEqual(continueClaimsOf(first));
  });

  it('ignores another host in the request target', async () => {
    await browser.arrive(newToken());
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ');
    const target = `http://evil.example${browser.location.replace('/name', '/choice')}`;
    const reply = await host.request(target, { headers: { cookie } });
    expect(reply.headers.location ?? '/').toMatch(/^\/redirect\/|^\/$/);
  });

  it('splits a long step session into several cookies', async () => {
    await browser.arrive(newToken({ data: 'x'.repeat(3900) }));
    expect(browser.cookies.size).toBe(3);
    expect((await browser.get()).status).toBe(200);
  });

  describe('that opens many step sessions with one session token', () => {
    const state = (name: string): string => `state-${adapter}-${name}`;

    it('is refused from the 21st browser on', async () => {
      // Without nonce and jti, one token may be used with several states.
      const token = tokenWith({ sub: `auth0|${adapter}` });
      for (let opened = 0; opened < 20; opened += 1) {
        expect((await new StepBrowser(host).arrive(token, state(`many-${opened}`))).status).toBe(303);
      }
      const refused = await new StepBrowser(host).arrive(token, state('many-20'));
      expect(refused.status).toBe(429);
      expect(refused.headers).not.toHaveProperty('set-cookie');
      expect(host.refused.at(-1)).toMatchObject({ code: 'too_many_step_sessions', tenant: ISSUER });
      expect((await new StepBrowser(host).arrive(newToken())).status).toBe(303);
    });

    it('is refused from the 101st on in an hour, for all session tokens of the user', async () => {
      const sub = `auth0|user-${adapter}`;
      const arrive = async (login: number): Promise<number> => {
        const token = tokenWith({ sub, jti: `${adapter}-${login}` });
        return (await new StepBrowser(host).arrive(token, state(`user-${login}`))).status;
      };
      for (let login = 0; login < 100; login += 1) expect(await arrive(login)).toBe(303);
      expect(await arrive(100)).toBe(429);
      expect(host.refused.at(-1)).toMatchObject({ code: 'too_many_step_sessions', tenant: ISSUER });
      expect((await new StepBrowser(host).arrive(newToken())).status).toBe(303);
    });

    it('continues in the browsers that have one', async () => {
      const token = newToken();
      await browser.arrive(token, state('same'));
      for (let resumed = 0; resumed < 25; resumed += 1) {
        expect((await browser.arrive(token, state('same'))).status).toBe(303);
      }
      for (let opened = 1; opened < 25; opened += 1) await new StepBrowser(host).arrive(token, state('same'));
      expect(host.refused).toHaveLength(5);
      await browser.post({ accepted: 'Ada' });
      expect(continueClaimsOf(await browser.post({ accepted: 'yes' })).outcome).toBe('completed');
    });

    it('is not affected by HEAD, which opens none', async () => {
      const token = newToken();
      for (let requests = 0; requests < 25; requests += 1) {
        const reply = await host.redirect(token, state('head'), { method: 'HEAD' });
        expect(reply.status).toBe(303);
        expect(reply.headers).not.toHaveProperty('set-cookie');
      }
      expect((await browser.arrive(token, state('head'))).status).toBe(303);
      expect((await browser.get()).status).toBe(200);
    });

    it('is not refused if no step applies', async () => {
      const other = await HostApplication.start(adapter, { defaultSteps: ['choice'] }, 'none', [NameStep, ChoiceStep]);
      const token = newToken({ sub: 'auth0|exempt' });
      for (let requests = 0; requests < 25; requests += 1) {
        expect((await new StepBrowser(other).arrive(token, state('none'))).status).toBe(200);
      }
      await other.stop();
    });
  });

  it('is not needed if no step applies: the Action still gets the outcome', async () => {
    const other = await HostApplication.start(adapter, { defaultSteps: ['choice'] }, 'none', [NameStep, ChoiceStep]);
    const claims = async (token: string) => continueClaimsOf(await new StepBrowser(other).arrive(token));
    expect(await claims(newToken({ sub: 'auth0|exempt' }))).toMatchObject({ outcome: 'completed', steps: {} });
    expect(await claims(newToken({ steps: [] }))).not.toHaveProperty('outcome');
    await other.stop();
  });

  it('does not open with the key of another login, even of the same secret', async () => {
    const key = new SessionKey(SECRET);
    const session = { id: 'A'.repeat(16), state: 's', sessionToken: newToken(), locale: 'en', done: {} };
    const statuses = [];
    browser.site = 'login.example.com';
    for (const login of [session.id, 'B'.repeat(16)]) {
      const sealed = seal(JSON.stringify(session), { typ: 'step-session', kid: key.id }, key.stepSessionKey(login));
      browser.cookies = new Map([[`__Host-auth-redirect.${session.id}.0`, sealed]]);
      statuses.push((await browser.get(`/redirect/steps/name?login=${session.id}`)).status);
    }
    expect(statuses).toEqual([200, 401]);
    expect(host.refused.at(-1)).toMatchObject({ code: 'step_session_invalid' });
  });

  it('continues at a replica that does not have the new secret of a rotation yet', async () => {
    const rotated = await HostApplication.start(adapter, { secret: NEW_SECRET, previousSecret: SECRET }, 'none', [
      NameStep,
    ]);
    const early = new StepBrowser(rotated);
    await early.arrive(newToken({ steps: ['name'] }));
    expect((await early.copy(host).get()).status).toBe(200);
    await rotated.stop();
  });

  it('reports nothing for HEAD after its end', async () => {
    await browser.arrive(newToken({ steps: ['choice'] }));
    await browser.post({ accepted: 'yes' });
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ');
    expect((await host.request(browser.location, { method: 'HEAD', headers: { cookie } })).status).toBe(200);
    expect(host.completed).toHaveLength(1);
  });
});
