import type { FactorAnswer } from '../src/logins/login-pause.js';
import type { ActionsOutcome } from '../src/logins/login-transaction.js';
import type { TenantDefinition } from '../src/definition/tenant-definition.js';
import { ActionBench } from './harness/action-bench.js';

const benches: ActionBench[] = [];

function bench(sources: readonly string[], enrolled: readonly string[] = [], rest: TenantDefinition = {}): ActionBench {
  const made = new ActionBench(sources.map(onExecute), {}, rest);
  made.user.enrolled_factors = [...enrolled];
  benches.push(made);
  return made;
}

afterEach(() => Promise.all(benches.splice(0).map((made) => made.dispose())));

const onExecute = (body: string): string => `exports.onExecutePostLogin = async (event, api) => { ${body} };`;

const METHODS = `console.log(event.authentication.methods.map(({ name, type }) => name + ':' + type).join());
  console.log(event.user.enrolledFactors.map(({ type }) => type).join());`;

function answer(made: ActionBench, type: string, more: Partial<FactorAnswer> = {}): Promise<ActionsOutcome> {
  const { transaction, user, tenant } = made;
  const given = { isApproved: true, isRemembered: false, type, ...more };
  return tenant.pipeline.answerFactor(transaction, transaction.user ?? user, given, transaction.request);
}

const atPage = { kind: 'redirect', url: expect.stringMatching(/^\/u\/mfa\?state=/) };
const completed = { kind: 'completed' };
const challenge = (types: string): string =>
  `api.authentication.challengeWithAny('${types}'.split(' ').map((type) => ({ type })));`;
const enroll = (types: string): string =>
  `api.authentication.enrollWithAny('${types}'.split(' ').map((type) => ({ type })));`;

describe('a challenge', () => {
  it('runs before the next Action, which sees the completed factor', async () => {
    const made = bench([challenge('otp phone'), METHODS], ['otp', 'phone']);
    expect(await made.start()).toEqual(atPage);
    expect(made.logs()).toEqual([]);
    expect(made.transaction.record.status).toBe('waiting for the user');
    expect(await answer(made, 'phone')).toEqual(completed);
    expect(made.logs()).toEqual(['mfa:phone', 'otp,phone']);
    expect(made.steps('factor answer')).toMatchObject([{ type: 'phone', isApproved: true }]);
  });

  it('ends the login if the user fails it', async () => {
    const made = bench([challenge('otp'), METHODS], ['otp']);
    await made.start();
    expect(await answer(made, 'otp', { isApproved: false })).toMatchObject({ kind: 'denied', error: 'access_denied' });
    expect(made.logs()).toEqual([]);
  });

  it.each([
    ['is not enrolled', {}, 'otp phone', ['otp'], 'phone', 'not enrolled'],
    ['is not enabled', { factors: ['otp'] }, 'phone otp', ['otp', 'phone'], 'phone', 'not enabled on the tenant'],
  ])('omits a factor that %s', async (_what, rest, types, enrolled, type, reason) => {
    const made = bench([challenge(types)], enrolled, rest);
    expect(await made.start()).toEqual(atPage);
    expect(made.steps('factor')).toMatchObject([{ offered: ['otp'], ignored: [{ type, reason }] }]);
  });

  it('fails the login with a reason if no factor is left', async () => {
    const made = bench([challenge('otp phone'), METHODS], ['phone'], { factors: ['otp'] });
    expect(await made.start()).toEqual({
      ...{ kind: 'denied', error: 'access_denied' },
      description:
        'The user cannot be challenged with any requested factor: otp is not enrolled, phone is not enabled on the tenant.',
    });
    expect(made.transaction.record.status).toBe('failed');
    expect(made.logs()).toEqual([]);
  });

  it('is not repeated for a factor that the user has completed in this login', async () => {
    const made = bench([challenge('otp'), challenge('otp'), METHODS], ['otp']);
    await made.start();
    expect(await answer(made, 'otp')).toEqual(completed);
    expect(made.logs()[0]).toBe('mfa:otp');
    expect(made.steps('factor')[1]).toMatchObject({ offered: [], note: expect.stringContaining('in this login') });
  });

  it('begins again with each login', async () => {
    const made = bench([challenge('otp')], ['otp']);
    await made.start();
    await answer(made, 'otp');
    made.newLogin();
    expect(await made.start()).toEqual(atPage);
  });

  it('counts a verified email address as an enrolled factor', async () => {
    const made = bench([challenge('email')]);
    expect(await made.start()).toEqual(atPage);
    made.user.email_verified = false;
    made.newLogin();
    expect(await made.start()).toMatchObject({ description: expect.stringContaining('email is not enrolled') });
  });

  it('lists its default factor first and accepts additional ones', async () => {
    const call = `api.authentication.challengeWith({ type: 'phone', options: { preferredMethod: 'sms' } },
      { additionalFactors: [{ type: 'push' }, { type: 'otp' }, { type: 'phone' }] });`;
    const made = bench([call], ['otp', 'phone', 'push-notification']);
    await made.start();
    expect(made.transaction.page).toMatchObject({ types: ['phone', 'push-notification', 'otp'], isSelection: false });
  });

  it('reports a factor that Auth0 does not have', async () => {
    const made = bench([challenge('otp carrier-pigeon')], ['otp']);
    expect(await made.start()).toEqual(atPage);
    expect(made.calls()[0]?.hint).toContain('no factor "carrier-pigeon"');
  });

  it.each(['"otp"', '[{ name: "otp" }]', 'undefined'])('fails the Action for %s', async (argument) => {
    const made = bench([`api.authentication.challengeWithAny(${argument})`], ['otp']);
    expect(await made.start()).toMatchObject({ description: expect.stringMatching(/^challengeWithAny: /) });
  });

  it('comes before the redirect of the same Action', async () => {
    const made = bench([`${challenge('otp')} api.redirect.sendUserTo('https://step.example/');`], ['otp']);
    expect(await made.start()).toEqual(atPage);
    expect(await answer(made, 'otp')).toMatchObject({ url: expect.stringContaining('https://step.example/') });
    expect(await made.resume()).toEqual(completed);
  });

  it('cannot run with prompt=none, unless the user has completed it', async () => {
    const made = bench([challenge('otp')], ['otp']);
    made.newLogin({ prompt: 'none' });
    expect(await made.start()).toMatchObject({
      ...{ error: 'interaction_required', description: expect.stringContaining('Multifactor authentication required') },
    });
    expect(made.transaction.record.status).toBe('interaction required');
  });
});

describe('an enrollment', () => {
  it('stores the factor of the user', async () => {
    const made = bench([enroll('otp phone'), METHODS]);
    expect(await made.start()).toEqual(atPage);
    expect(await answer(made, 'phone')).toEqual(completed);
    expect(made.logs()).toEqual(['mfa:phone', 'phone']);
  });

  it('runs several calls of one Action in their order, each with another factor', async () => {
    const made = bench([`${enroll('otp phone')} ${enroll('otp phone')}`, METHODS]);
    await made.start();
    expect(await answer(made, 'otp')).toEqual(atPage);
    expect(made.transaction.page).toMatchObject({ types: ['phone'] });
    expect(await answer(made, 'phone')).toEqual(completed);
    expect(made.logs()).toEqual(['mfa:otp,mfa:phone', 'otp,phone']);
  });

  it('follows a challenge with a factor that the user has', async () => {
    const made = bench([enroll('webauthn-roaming')], ['otp']);
    await made.start();
    expect(made.transaction.page).toMatchObject({ mode: 'challenge', types: ['otp'] });
    expect(await answer(made, 'otp')).toEqual(atPage);
    expect(made.transaction.page).toMatchObject({ mode: 'enroll', types: ['webauthn-roaming'] });
  });

  it('fails the login if the user has every factor', async () => {
    const made = bench([`${challenge('otp')} ${enroll('phone')}`], ['otp', 'phone']);
    await made.start();
    expect(await answer(made, 'otp')).toMatchObject({
      description: 'The user cannot be enrolled in any requested factor: phone is already enrolled.',
    });
  });
});

describe('api.multifactor.enable', () => {
  it('runs after all Actions', async () => {
    const made = bench(["api.multifactor.enable('any')", 'console.log("last")'], ['otp']);
    expect(await made.start()).toEqual(atPage);
    expect(made.logs()).toEqual(['last']);
    expect(made.transaction.page).toMatchObject({ mode: 'challenge', types: ['otp'] });
    expect(await answer(made, 'otp')).toEqual(completed);
  });

  it('enrolls a user who has no factor', async () => {
    const made = bench(["api.multifactor.enable('google-authenticator')"]);
    await made.start();
    expect(made.transaction.page).toMatchObject({ mode: 'enroll', types: ['otp'] });
    expect(await answer(made, 'otp')).toEqual(completed);
    expect(made.user.enrolled_factors).toEqual(['otp']);
  });

  it.each([
    ['by none', ["api.multifactor.enable('any')", "api.multifactor.enable('none')"]],
    ['with a provider that Auth0 does not have', ["api.multifactor.enable('totp')"]],
  ])('is switched off %s', async (_how, sources) => {
    expect(await bench(sources).start()).toEqual(completed);
  });

  it('is overridden by a challenge', async () => {
    const made = bench([`api.multifactor.enable('any'); ${challenge('otp')}`], ['otp', 'phone']);
    await made.start();
    expect(await answer(made, 'otp')).toEqual(completed);
  });

  it('remembers the browser for 30 days if the Action allows it and the user chooses it', async () => {
    const made = bench(["api.multifactor.enable('any', { allowRememberBrowser: true })"], ['otp']);
    await made.start();
    expect(await answer(made, 'otp', { isRemembered: true })).toEqual(completed);
    made.newLogin({ prompt: 'none' });
    expect(await made.start()).toEqual(completed);
    expect(made.steps('factor')).toMatchObject([{ offered: [], note: expect.stringContaining('remembered') }]);
    made.clock.advance(30 * 24 * 60 * 60 * 1000);
    made.newLogin();
    expect(await made.start()).toEqual(atPage);
  });

  it('does not remember a browser without allowRememberBrowser', async () => {
    const made = bench(["api.multifactor.enable('any')"], ['otp']);
    await made.start();
    await answer(made, 'otp', { isRemembered: true });
    made.write('action-1.js', onExecute("api.multifactor.enable('any', { allowRememberBrowser: true })"));
    made.newLogin();
    expect(await made.start()).toEqual(atPage);
  });
});

describe('api.prompt.render', () => {
  it.each([
    ['with prompt=none', "api.prompt.render('ap_1')", 'interaction_required', 'renders a form'],
    ['without an ID', 'api.prompt.render()', 'access_denied', 'the prompt ID must be'],
    ['with fields that are no object', "api.prompt.render('a', { fields: 'x' })", 'access_denied', 'must be objects'],
  ])('fails %s', async (_when, call, error, text) => {
    const made = bench([call]);
    if (error === 'interaction_required') made.newLogin({ prompt: 'none' });
    expect(await made.start()).toMatchObject({ error, description: expect.stringContaining(text) });
  });

  it('reports fields that are larger than Auth0 allows, and a second form', async () => {
    const made = bench(["api.prompt.render('a', { fields: { a: 'x'.repeat(25000) } }); api.prompt.render('b');"]);
    expect(await made.start()).toMatchObject({ url: expect.stringMatching(/^\/u\/form\?state=/) });
    expect(made.calls().map(({ hint }) => hint)).toEqual([
      ...[expect.stringContaining('24576 bytes'), expect.stringContaining('one form')],
    ]);
    expect(made.transaction.page).toMatchObject({ id: 'b' });
  });

  it('is ignored if the same Action redirects, with a warning', async () => {
    const made = bench(["api.prompt.render('a'); api.redirect.sendUserTo('https://step.example/');"]);
    expect(await made.start()).toMatchObject({ url: expect.stringContaining('step.example') });
    expect(made.steps('warning').map(({ message }) => message)).toContainEqual(
      expect.stringContaining('form is left out'),
    );
  });
});
